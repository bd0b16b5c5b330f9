#include "CBareLoop.h"

#include <stdlib.h>
#include <string.h>

int bare_side_open(struct bare_side *side, int64_t capacity, int is_bid) {
    side->lots = calloc((size_t)capacity, sizeof(int64_t));
    side->capacity = capacity;
    side->sign = is_bid ? 1 : -1;
    side->best = is_bid ? 0 : capacity - 1;
    return side->lots != NULL;
}

void bare_side_clear(struct bare_side *side) {
    memset(side->lots, 0, (size_t)side->capacity * sizeof(int64_t));
    side->best = side->sign > 0 ? 0 : side->capacity - 1;
}

void bare_side_close(struct bare_side *side) { free(side->lots); }

void bare_side_set(struct bare_side *side, const int64_t *pairs, int count) {
    for (int i = 0; i < count; i++) {
        int64_t price = pairs[2 * i], lots = pairs[2 * i + 1];
        if (price <= 0 || price >= side->capacity - 1) continue;
        side->lots[price] = lots;
        if (lots != 0) {
            if ((price - side->best) * side->sign > 0) side->best = price;
        } else if (price == side->best) {
            while (side->best > 0 && side->best < side->capacity - 1 && side->lots[side->best] == 0)
                side->best -= side->sign;
        }
    }
}
