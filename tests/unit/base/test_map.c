// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/map.h>
#include <parloeb/rng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocfail.h"

struct item {
	struct plb_map_node node;
	struct plb_heap_node heap;
	char key[16];
	bool in;
};

#define ITEMS 3000
static struct item items[ITEMS];

static void
make_items(void)
{
	memset(items, 0, sizeof(items));
	for (size_t i = 0; i < ITEMS; i++) {
		int n = snprintf(items[i].key, sizeof(items[i].key), "k%zu", i);

		items[i].node.key = plb_slice(items[i].key, (size_t)n);
	}
}

static size_t
walk(const struct plb_map *m)
{
	size_t it = 0, n = 0;
	struct plb_map_node *node;

	while ((node = plb_map_next(m, &it)) != NULL) {
		assert_true(((struct item *)(void *)node)->in);
		n++;
	}
	return n;
}

static void
map_and_model(struct plb_map *m, uint64_t seed)
{
	struct plb_rng r;
	size_t n = 0;

	plb_rng_seed(&r, seed);
	make_items();
	for (int step = 0; step < 200000; step++) {
		/* Phases of growth and of decline, so that every fill is met. */
		size_t range = (step / 20000) % 2 == 0 ? ITEMS : 50;
		struct item *x = &items[plb_rng_below(&r, range)];

		assert_ptr_equal(plb_map_get(m, x->node.key), x->in ? &x->node : NULL);
		if (x->in) {
			plb_map_del(m, &x->node);
			n--;
		} else {
			assert_int_equal(plb_map_add(m, &x->node), PLB_OK);
			n++;
		}
		x->in = !x->in;
		assert_int_equal(m->n, n);
		if (step % 5000 == 0) {
			assert_int_equal(walk(m), n);
			for (size_t i = 0; i < ITEMS; i++)
				assert_ptr_equal(plb_map_get(m, items[i].node.key),
				    items[i].in ? &items[i].node : NULL);
		}
	}
}

static void
map_against_a_model(void **state)
{
	static const uint8_t key[16] = {1, 2, 3};
	struct plb_map m;

	(void)state;
	plb_map_init(&m, 0);
	map_and_model(&m, 1);
	plb_map_fini(&m);
	assert_int_equal(m.n, 0);
	assert_null(plb_map_get(&m, items[0].node.key));
	plb_map_init_seeded(&m, 0, key);
	map_and_model(&m, 2);
	plb_map_fini(&m);
}

static void
seed_decides_the_places(void **state)
{
	static const uint8_t key[16] = {9};
	struct plb_map a, b;
	uint64_t hash;

	(void)state;
	make_items();
	plb_map_init(&a, 0);
	plb_map_init_seeded(&b, 0, key);
	assert_int_equal(plb_map_add(&a, &items[0].node), PLB_OK);
	hash = items[0].node.hash;
	plb_map_del(&a, &items[0].node);
	assert_int_equal(plb_map_add(&b, &items[0].node), PLB_OK);
	assert_int_not_equal(items[0].node.hash, hash);
	plb_map_fini(&a);
	plb_map_fini(&b);
}

static void
map_cap(void **state)
{
	struct plb_map m;

	(void)state;
	make_items();
	plb_map_init(&m, 2);
	assert_null(plb_map_get(&m, items[0].node.key));
	assert_int_equal(plb_map_add(&m, &items[0].node), PLB_OK);
	assert_int_equal(plb_map_add(&m, &items[1].node), PLB_OK);
	assert_int_equal(plb_map_add(&m, &items[2].node), PLB_E_FULD);
	assert_null(plb_map_get(&m, items[2].node.key));
	plb_map_del(&m, &items[0].node);
	assert_int_equal(plb_map_add(&m, &items[2].node), PLB_OK);
	plb_map_fini(&m);
}

static void
map_memory(void **state)
{
	struct plb_map m;
	size_t before;

	(void)state;
	make_items();
	plb_map_init(&m, 0);
	allocfail_at(0);
	assert_int_equal(plb_map_add(&m, &items[0].node), PLB_E_HUKOMMELSE);
	assert_true(allocfail_off());
	assert_int_equal(m.n, 0);
	for (size_t i = 0; i < ITEMS; i++) {
		enum plb_err err;

		items[i].in = true;
		allocfail_at(0);
		err = plb_map_add(&m, &items[i].node);
		if (allocfail_off()) {
			assert_int_equal(err, PLB_E_HUKOMMELSE);
			assert_null(plb_map_get(&m, items[i].node.key));
			assert_int_equal(plb_map_add(&m, &items[i].node), PLB_OK);
		}
	}
	assert_int_equal(walk(&m), ITEMS);
	/* Never more than three pointers a node, and none for looking up. */
	assert_true(m.size <= ITEMS * 16 / 5);
	before = allocfail_count();
	for (size_t i = 0; i < ITEMS; i++)
		assert_ptr_equal(plb_map_get(&m, items[i].node.key), &items[i].node);
	assert_int_equal(allocfail_count(), before);
	plb_map_fini(&m);
}

static struct item *
item_of(struct plb_heap_node *h)
{
	return h == NULL ? NULL : (struct item *)(void *)((char *)h - offsetof(struct item, heap));
}

/* The least by due time, then by order, found by looking at all. */
static struct item *
least(void)
{
	struct item *min = NULL;

	for (size_t i = 0; i < 300; i++) {
		struct item *x = &items[i];

		if (x->in &&
		    (min == NULL || x->heap.due < min->heap.due ||
			(x->heap.due == min->heap.due && x->heap.order < min->heap.order)))
			min = x;
	}
	return min;
}

static void
heap_against_a_model(void **state)
{
	struct plb_heap h;
	struct plb_rng r;
	size_t n = 0;

	(void)state;
	plb_rng_seed(&r, 3);
	make_items();
	plb_heap_init(&h);
	for (int step = 0; step < 50000; step++) {
		struct item *x = &items[plb_rng_below(&r, 300)];

		switch (plb_rng_below(&r, 4)) {
		case 0:
			plb_heap_del(&h, &x->heap);
			n -= x->in;
			x->in = false;
			break;
		case 1:
			x = item_of(plb_heap_min(&h));
			if (x != NULL) {
				plb_heap_del(&h, &x->heap);
				x->in = false;
				n--;
			}
			break;
		default:
			assert_int_equal(
			    plb_heap_put(&h, &x->heap, (int64_t)plb_rng_below(&r, 40) - 20),
			    PLB_OK);
			n += !x->in;
			x->in = true;
		}
		assert_int_equal(h.n, n);
		assert_ptr_equal(item_of(plb_heap_min(&h)), least());
	}
	plb_heap_fini(&h);
	for (size_t i = 0; i < ITEMS; i++)
		assert_int_equal(items[i].heap.at, 0);
}

static void
equal_times_come_in_order(void **state)
{
	struct plb_heap h;

	(void)state;
	make_items();
	plb_heap_init(&h);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(plb_heap_put(&h, &items[i].heap, 7), PLB_OK);
	/* Putting at the same time again keeps the place; another time and back is a new one. */
	assert_int_equal(plb_heap_put(&h, &items[0].heap, 7), PLB_OK);
	assert_int_equal(plb_heap_put(&h, &items[1].heap, 9), PLB_OK);
	assert_int_equal(plb_heap_put(&h, &items[1].heap, 7), PLB_OK);
	for (size_t i = 0; i < 1000; i++) {
		struct item *x = item_of(plb_heap_min(&h));

		assert_ptr_equal(x, &items[i == 0 ? 0 : i < 999 ? i + 1 : 1]);
		plb_heap_del(&h, &x->heap);
	}
	assert_null(plb_heap_min(&h));
	plb_heap_del(&h, &items[0].heap);
	plb_heap_fini(&h);
}

static void
heap_memory(void **state)
{
	struct plb_heap h;
	size_t refusals = 0;

	(void)state;
	make_items();
	plb_heap_init(&h);
	for (size_t i = 0; i < 500; i++) {
		enum plb_err err;

		allocfail_at(0);
		err = plb_heap_put(&h, &items[i].heap, -(int64_t)i);
		if (allocfail_off()) {
			refusals++;
			assert_int_equal(err, PLB_E_HUKOMMELSE);
			assert_int_equal(items[i].heap.at, 0);
			assert_int_equal(plb_heap_put(&h, &items[i].heap, -(int64_t)i), PLB_OK);
		}
		assert_ptr_equal(item_of(plb_heap_min(&h)), &items[i]);
	}
	assert_in_range(refusals, 2, 10);
	/* Extreme times. */
	assert_int_equal(plb_heap_put(&h, &items[600].heap, INT64_MAX), PLB_OK);
	assert_int_equal(plb_heap_put(&h, &items[601].heap, INT64_MIN), PLB_OK);
	assert_ptr_equal(item_of(plb_heap_min(&h)), &items[601]);
	plb_heap_fini(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(map_against_a_model),
	    cmocka_unit_test(seed_decides_the_places),
	    cmocka_unit_test(map_cap),
	    cmocka_unit_test(map_memory),
	    cmocka_unit_test(heap_against_a_model),
	    cmocka_unit_test(equal_times_come_in_order),
	    cmocka_unit_test(heap_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
