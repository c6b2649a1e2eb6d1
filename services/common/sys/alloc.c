// SPDX-License-Identifier: MPL-2.0
//
// What jemalloc reads before main(); unused where a build has another allocator.
// docs/adr/0009-jemalloc.md.

extern const char *malloc_conf;
const char *malloc_conf = "narenas:2,dirty_decay_ms:2000,muzzy_decay_ms:0";
