#pragma once
/* Headers and calls that Swift's Glibc module does not offer: epoll, timers, signals by descriptor, variadic calls. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
