// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_HTTP_PRIV_H
#define PLB_HTTP_PRIV_H

/* Inside of the HTTP server. One object serves a connection from accept to close and, within it,
 * one request after the other: nothing is allocated per request. All on the loop thread. */

#include <parloeb/http_server.h>
#include <parloeb/map.h>
#include <parloeb/metric.h>

#include <microhttpd.h>
#include <sys/socket.h>

/* Bytes a stream's client may lag behind; buffers larger than the second are given back after a
 * request. */
#define HTTP_STREAM_MAX ((size_t)1 << 20)
#define HTTP_KEEP_BUFFER ((size_t)64 << 10)
/* How often an idle connection is looked at for a request begun, and when it is closed without one.
 */
#define HTTP_IDLE_CHECK_MS 1000
#define HTTP_IDLE_MAX_MS 75000
/* A request held longer is watched for its client going away. */
#define HTTP_HOLD_CHECK_MS 500
/* How long the socket of a cut connection is kept, so that 408 is read, and that of a refused one
 * read on. */
#define HTTP_HOLD_CUT_MS 1000
#define HTTP_DRAIN_MS 5000
#define HTTP_DRAIN_BYTES ((int64_t)16 << 20)

/* State of a connection. What happens at each state's deadline is in http_deadline.c. */
enum http_state {
	HTTP_HEADER,  /* reading a header: the first one (TLS handshake included), or one begun */
	HTTP_IDLE,    /* kept alive between requests */
	HTTP_BODY,    /* the header passed the gate, reading the body */
	HTTP_HELD,    /* with the application; suspended in MHD once request() has returned */
	HTTP_STREAM,  /* answer begun, not ended; suspended in MHD while there is nothing to send */
	HTTP_SENDING, /* MHD has the whole answer */
	HTTP_DEAD,    /* MHD closes it when it runs next; the application knows no more of it */
	HTTP_LINGER,  /* MHD has closed; our duplicate of the socket goes on (http_linger.c) */
	HTTP_STATES
};

/* Why the socket outlives MHD's connection. */
enum http_linger { HTTP_LINGER_NONE, HTTP_LINGER_DRAIN, HTTP_LINGER_HOLD };

struct http_cert {
	enum { HTTP_CERT_UNKNOWN, HTTP_CERT_NONE, HTTP_CERT_OK } state;
	uint8_t sha256[32];
	char org_id[64], system[64];
};

struct plb_http_req {
	struct plb_http_server *s;
	struct MHD_Connection *mhd; /* NULL in LINGER */
	struct plb_http_req *prev, *next;
	struct http_address *address;
	int fd; /* MHD's socket; in LINGER our duplicate */
	enum http_state state;
	enum http_linger linger;
	struct http_cert cert;

	struct plb_heap_node due;  /* in the heap from accept to release, never after deadline_ms */
	int64_t deadline_ms;       /* monotonic; INT64_MAX = none */
	int64_t since_ms;          /* when the state began */
	struct plb_loop_fd *watch; /* HELD, STREAM: client gone; LINGER: bytes to drain */
	int64_t drained;           /* LINGER */

	/* The request. */
	struct plb_slice target, path, method; /* target: place and length as received */
	bool target_ok, line_seen, http10, counted, suspended, overflow, chunked, ended;
	uint64_t received;
	const uint8_t *last_name; /* of the last header, where it lies */
	struct plb_buf body;
	struct plb_buf out; /* stream: bytes not yet taken by MHD begin at out_at */
	size_t out_at;
	void *user;
};

struct http_address { /* one client address (IPv6: /64) with open connections */
	struct plb_map_node node;
	uint8_t key[16];
	int64_t n;
};

struct plb_http_server {
	struct plb_loop *loop;
	struct plb_http_server_conf conf; /* strings not kept */
	struct MHD_Daemon *mhd;
	struct plb_loop_fd *mhd_watch, *listen_watch;
	struct plb_loop_timer *run_again, *accept_again, *deadlines;
	int listen_fd, port;
	bool tls, draining;
	bool run_due; /* MHD has work that no descriptor tells of */
	char *pem[3]; /* certificate, key, client CA; MHD borrows them */
	size_t pem_len[3];

	struct plb_http_req *all, *spare;
	size_t n_all, n_spare, n_open;
	struct plb_http_req *adding; /* the connection being handed to MHD */
	struct plb_map addresses;
	struct plb_heap due;
	int64_t armed_ms; /* when the deadline timer fires; INT64_MAX = off */
};

/* The body of a refusal of the gate: reason phrase and status. */
#define HTTP_PROBLEM                                                                               \
	"{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"                                \
	"\"detail\":\"Not well-formed HTTP/1.1, or beyond a limit of this server.\"}"
#define HTTP_PROBLEM_MAX 224

/* http_server.c: let MHD work until it has nothing left to do now. */
void http_server_run(struct plb_http_server *s);
/* At the latest with the loop's next turn: MHD tells nobody that a connection was resumed. */
void http_server_run_soon(struct plb_http_server *s);

/* http_listen.c */
PLB_MUSTUSE enum plb_err http_listen_open(
    struct plb_http_server *s, const char *text, struct plb_errctx *ec);
void http_listen_close(struct plb_http_server *s);

/* http_caps.c: count of connections by address. */
PLB_MUSTUSE bool http_caps_take(
    struct plb_http_server *s, const struct sockaddr *sa, struct http_address **out);
void http_caps_give(struct plb_http_server *s, struct http_address **a);

/* http_conn.c: life of a connection, and MHD's callbacks. */
struct plb_http_req *http_conn_new(struct plb_http_server *s, int fd); /* NULL = no memory */
void http_conn_free(struct plb_http_req *r);
void http_conn_state(
    struct plb_http_req *r, enum http_state state, int64_t in_ms); /* in_ms < 0: no deadline */
/* Break the connection: MHD closes it when it runs next. Tells the application when it holds the
 * request. */
void http_conn_kill(struct plb_http_req *r);
void http_conn_gone(struct plb_http_req *r);
enum MHD_Result http_on_request(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_size, void **slot);
void *http_on_line(void *cls, const char *target, struct MHD_Connection *mhd);
void http_on_completed(
    void *cls, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode why);
void http_on_connection(void *cls, struct MHD_Connection *mhd, void **socket_slot,
    enum MHD_ConnectionNotificationCode what);

/* http_answer.c */
PLB_MUSTUSE bool http_refuse(
    struct plb_http_req *r, int status); /* from within http_on_request only */
void http_resume(struct plb_http_req *r);

/* http_deadline.c */
void http_deadline_set(struct plb_http_req *r, int64_t at_ms);
void http_deadline_fire(void *server); /* of the timer */

/* http_linger.c */
/* Write a bare answer on a plain socket behind MHD's back; only where MHD has nothing to send
 * itself. */
void http_raw_answer(int fd, int status);
/* MHD closes this connection now: keep the socket for a while when its client would otherwise lose
 * the answer. False: nothing to keep. */
PLB_MUSTUSE bool http_linger_start(struct plb_http_req *r);

/* http_tls.c */
PLB_MUSTUSE enum plb_err http_tls_load(
    struct plb_http_server *s, const struct plb_http_server_conf *c, struct plb_errctx *ec);
void http_tls_unload(struct plb_http_server *s);

/* Counters of the layer; rows in http_metric.c. */
enum http_metric {
	HTTP_M_CONNECTIONS,
	HTTP_M_ACCEPTED,
	HTTP_M_REQUESTS,
	HTTP_M_GATE,
	HTTP_M_SLOW,
	HTTP_M_CAP,
	HTTP_METRICS
};
extern struct plb_metric http_metrics[HTTP_METRICS];
void http_metrics_register(void); /* once is enough, more do no harm */

#endif
