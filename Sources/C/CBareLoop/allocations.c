#define _GNU_SOURCE
#include "CBareLoop.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Every loaded object calls malloc through a slot of its own table, filled by the dynamic linker. Counting means putting
 * our functions into those slots, in this process only, from now on.
 */
static int64_t count;
static int patched;
/* Found before this object's own slots are changed as well. */
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);

static void *counted_malloc(size_t size) {
    count++;
    return real_malloc(size);
}
static void *counted_calloc(size_t number, size_t size) {
    count++;
    return real_calloc(number, size);
}
static void *counted_realloc(void *old, size_t size) {
    count++;
    return real_realloc(old, size);
}
static int counted_posix_memalign(void **result, size_t alignment, size_t size) {
    count++;
    return real_posix_memalign(result, alignment, size);
}
static void *counted_aligned_alloc(size_t alignment, size_t size) {
    count++;
    return real_aligned_alloc(alignment, size);
}

static const struct {
    const char *name;
    void *function;
} replacements[] = {
    {"malloc", (void *)counted_malloc},
    {"calloc", (void *)counted_calloc},
    {"realloc", (void *)counted_realloc},
    {"posix_memalign", (void *)counted_posix_memalign},
    {"aligned_alloc", (void *)counted_aligned_alloc},
};

static void patch_slot(void **slot, const char *name) {
    for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++) {
        if (strcmp(name, replacements[i].name) != 0) continue;
        uintptr_t page = (uintptr_t)slot & ~((uintptr_t)getpagesize() - 1);
        if (mprotect((void *)page, (size_t)getpagesize(), PROT_READ | PROT_WRITE) != 0) return;
        *slot = replacements[i].function;
        patched++;
    }
}

static void patch_table(ElfW(Addr) base, const ElfW(Rela) *table, size_t bytes, const ElfW(Sym) *symbols, const char *names) {
    for (size_t i = 0; table && i < bytes / sizeof *table; i++) {
        size_t symbol = ELF64_R_SYM(table[i].r_info);
        if (symbol != 0) patch_slot((void **)(base + table[i].r_offset), names + symbols[symbol].st_name);
    }
}

static int patch_object(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size, (void)context;
    /* The C library's own calls, and the loader, which may allocate before it can be patched. */
    if (strstr(object->dlpi_name, "libc.so") || strstr(object->dlpi_name, "ld-linux")) return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        if (object->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const ElfW(Rela) *relocations = NULL, *jumps = NULL;
        size_t relocation_bytes = 0, jump_bytes = 0;
        const ElfW(Sym) *symbols = NULL;
        const char *names = NULL;
        for (const ElfW(Dyn) *entry = (void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr); entry->d_tag; entry++) {
            if (entry->d_tag == DT_RELA) relocations = (void *)entry->d_un.d_ptr;
            if (entry->d_tag == DT_RELASZ) relocation_bytes = entry->d_un.d_val;
            if (entry->d_tag == DT_JMPREL) jumps = (void *)entry->d_un.d_ptr;
            if (entry->d_tag == DT_PLTRELSZ) jump_bytes = entry->d_un.d_val;
            if (entry->d_tag == DT_SYMTAB) symbols = (void *)entry->d_un.d_ptr;
            if (entry->d_tag == DT_STRTAB) names = (void *)entry->d_un.d_ptr;
        }
        /* The vDSO leaves addresses relative, and calls nothing. */
        if (!symbols || !names || (uintptr_t)symbols < object->dlpi_addr) continue;
        patch_table(object->dlpi_addr, relocations, relocation_bytes, symbols, names);
        patch_table(object->dlpi_addr, jumps, jump_bytes, symbols, names);
    }
    return 0;
}

int bare_count_allocations(void) {
    *(void **)&real_malloc = dlsym(RTLD_DEFAULT, "malloc");
    *(void **)&real_calloc = dlsym(RTLD_DEFAULT, "calloc");
    *(void **)&real_realloc = dlsym(RTLD_DEFAULT, "realloc");
    *(void **)&real_posix_memalign = dlsym(RTLD_DEFAULT, "posix_memalign");
    *(void **)&real_aligned_alloc = dlsym(RTLD_DEFAULT, "aligned_alloc");
    if (!real_malloc || !real_calloc || !real_realloc || !real_posix_memalign || !real_aligned_alloc) return 0;
    dl_iterate_phdr(patch_object, NULL);
    int64_t before = count;
    /* Through a table, as everyone else. */
    void *volatile probe = malloc(1);
    free(probe);
    return patched > 0 && count > before;
}

int64_t bare_allocations(void) { return count; }
