/* Who works?  The workers, one per thread; the caller is the first of them. Work is done in slices, between which all
   threads wait, so that everything else in the engine may be written as if there were one. */
typedef struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t go, done;
    void (*job)(Worker *);
    u64 slice;
    int n_threads, busy, leaving;
    struct Helper { struct Pool *pool; Worker *worker; pthread_t thread; } helpers[];
} Pool;

static void *help(void *arg)
{
    struct Helper *h = arg;
    Pool *P = h->pool;
    u64 seen = 0;
    pthread_mutex_lock(&P->lock);
    for (;;) {
        while (P->slice == seen && !P->leaving) pthread_cond_wait(&P->go, &P->lock);
        if (P->leaving) break;
        seen = P->slice;
        pthread_mutex_unlock(&P->lock);
        P->job(h->worker);
        pthread_mutex_lock(&P->lock);
        if (!--P->busy) pthread_cond_signal(&P->done);
    }
    pthread_mutex_unlock(&P->lock);
    return NULL;
}

/* One slice of a job by all workers. */
static void together(Run *R, void (*job)(Worker *))
{
    Pool *P = R->pool;
    pthread_mutex_lock(&P->lock);
    P->busy = P->n_threads;
    P->job = job;
    P->slice++;
    pthread_cond_broadcast(&P->go);
    pthread_mutex_unlock(&P->lock);
    job(&R->workers[0]);
    pthread_mutex_lock(&P->lock);
    while (P->busy) pthread_cond_wait(&P->done, &P->lock);
    pthread_mutex_unlock(&P->lock);
}

static void close_pool(Pool *P)
{
    pthread_mutex_lock(&P->lock);
    P->leaving = 1;
    pthread_cond_broadcast(&P->go);
    pthread_mutex_unlock(&P->lock);
    for (int k = 0; k < P->n_threads; k++) pthread_join(P->helpers[k].thread, NULL);
    free(P);
}

/* Threads for all workers but the first; fewer, and fewer workers, if the system does not give so many. */
static Pool *open_pool(Run *R)
{
    Pool *P = calloc(1, sizeof *P + R->n_workers * sizeof *P->helpers);
    if (!P) return NULL;
    pthread_mutex_init(&P->lock, NULL);
    pthread_cond_init(&P->go, NULL);
    pthread_cond_init(&P->done, NULL);
    for (int k = 1; k < R->n_workers; k++) {
        struct Helper *h = &P->helpers[P->n_threads];
        h->pool = P;
        h->worker = &R->workers[k];
        if (pthread_create(&h->thread, NULL, help, h)) break;
        P->n_threads++;
    }
    R->n_workers = P->n_threads + 1;
    return P;
}
