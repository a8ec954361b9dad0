// Kernel interfaces that Swift's Glibc module does not show. Declarations and short inline
// functions only; nothing here decides anything.
#pragma once
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

// glibc shows these only to programs compiled with _GNU_SOURCE.
struct clinux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

static inline int clinux_recvmmsg(
    int fd, struct clinux_mmsghdr *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_recvmmsg, fd, messages, count, flags, NULL);
}

static inline int clinux_sendmmsg(
    int fd, struct clinux_mmsghdr *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_sendmmsg, fd, messages, count, flags);
}

// Asks for the dirty pages of a file to be written, without waiting for them.
static inline void clinux_begin_writing(int fd) {
    (void)syscall(SYS_sync_file_range, fd, (int64_t)0, (int64_t)0, 2 /* SYNC_FILE_RANGE_WRITE */);
}

// Gives pages that the allocator holds without need back to the kernel.
static inline void clinux_give_back_memory(void) { (void)malloc_trim(0); }

// Makes the heap larger by room, to be backed by huge pages. The first block of a size is a mapping
// of its own; freeing it has the allocator take the next one from the heap, and keep it there.
static inline void clinux_grow_heap(size_t room) {
    const uintptr_t page = 2 << 20;
    void *volatile block = malloc(room);
    free(block);
    block = malloc(room);
    uintptr_t start = ((uintptr_t)block + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)block + room) & ~(page - 1);
    if (block && start < end) (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
    free(block);
    // Large arrays keep mappings of their own, which end with them.
    (void)mallopt(M_MMAP_THRESHOLD, 512 << 10);
}

static inline int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    return (int)syscall(SYS_accept4, fd, address, length, flags);
}

// epoll_event without its union of pointers, which Swift would count as unsafe.
struct clinux_event {
    uint32_t events;
    uint64_t data;
} __EPOLL_PACKED;

_Static_assert(sizeof(struct clinux_event) == sizeof(struct epoll_event), "layout");

static inline int clinux_epoll_control(int fd, int operation, int watched, uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return epoll_ctl(fd, operation, watched, &event);
}

static inline int clinux_epoll_wait(int fd, struct clinux_event *events, int count) {
    return epoll_wait(fd, (struct epoll_event *)events, count, -1);
}

// The environment; a variable is not safe to name in Swift.
extern char **environ;
static inline char **clinux_environment(void) { return environ; }

static inline int clinux_pipe2(int fds[2], int flags) {
    return (int)syscall(SYS_pipe2, fds, flags);
}

static inline int clinux_set_timer(int fd, uint64_t nanoseconds) {
    // An absolute moment of CLOCK_MONOTONIC; 0 disarms.
    struct itimerspec spec = {{0, 0}, {0, 0}};
    spec.it_value.tv_sec = (time_t)(nanoseconds / 1000000000u);
    spec.it_value.tv_nsec = (long)(nanoseconds % 1000000000u);
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

static inline int clinux_watch_clock(int fd) {
    // TFD_TIMER_CANCEL_ON_SET, 1 << 1, is shown to _GNU_SOURCE only.
    struct itimerspec spec = {{0, 0}, {0, 0}};
    spec.it_value.tv_sec = 0x7fffffffffff;
    return timerfd_settime(fd, TFD_TIMER_ABSTIME | 1 << 1, &spec, NULL);
}

// What the kernel says beside a packet: status bits (TP_STATUS_...) and the VLAN id that it took
// out of the frame. Gives 0 and leaves the results alone when there is no such message.
static inline int clinux_auxiliary_data(struct msghdr *header, uint32_t *status, uint16_t *vlan) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA
            && c->cmsg_len >= CMSG_LEN(sizeof(struct tpacket_auxdata))) {
            struct tpacket_auxdata data;
            memcpy(&data, CMSG_DATA(c), sizeof data);
            *status = data.tp_status;
            *vlan = data.tp_vlan_tci;
            return 1;
        }
    }
    return 0;
}

// Permitted and effective capabilities of this thread; nothing inheritable.
static inline int clinux_set_capabilities(uint64_t wanted) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    data[0].effective = data[0].permitted = (uint32_t)wanted;
    data[1].effective = data[1].permitted = (uint32_t)(wanted >> 32);
    return (int)syscall(SYS_capset, &header, data);
}

static inline int clinux_keep_capabilities(int keep) {
    return prctl(PR_SET_KEEPCAPS, (unsigned long)keep, 0ul, 0ul, 0ul);
}

static inline int clinux_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}
