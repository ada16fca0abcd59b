package dev.weft.proxy.identity;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.RpcException;
import dev.weft.proxy.loop.LoopTimer;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The application's own certificate, with its own key: the sidecar's key never leaves the sidecar's memory. It is
 * requested on first use, and again whenever the sidecar's own certificate is renewed, so that it follows every renewal
 * and every rotation. While no application watches it, it is dropped instead of renewed.
 */
public final class ApplicationIdentity implements AutoCloseable {
    /** The longest that a caller waits; shorter for a caller that joins others already waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SpiffeId id;
    private final ControlClient client;
    private final Supplier<@Nullable Credentials> own;
    private final Supplier<TrustBundles> bundles;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BooleanSupplier watched;
    private final Runnable listener;

    private volatile @Nullable X509Svid current;
    // The following fields belong to the client's event loop.
    /** What all present callers wait for; done if none waits. */
    private CompletableFuture<X509Svid> pending =
            CompletableFuture.failedFuture(new IllegalStateException("nothing asked"));

    private final LoopTimer ending = new LoopTimer();
    private final LoopTimer retrying = new LoopTimer();
    private boolean asking;
    private int failures;
    private boolean closed;

    /**
     * An identity without a certificate; nothing is requested yet.
     *
     * @param own the sidecar's own credentials, which authenticate the request; null while there are none
     * @param bundles the trust bundles of the sidecar, which the certificate must verify under
     * @param watched whether an application wants to be notified of a new certificate
     * @param listener called after each change of the certificate, on the client's event loop
     */
    public ApplicationIdentity(
            SpiffeId id,
            ControlClient client,
            Supplier<@Nullable Credentials> own,
            Supplier<TrustBundles> bundles,
            InstantSource clock,
            RandomGenerator random,
            BooleanSupplier watched,
            Runnable listener) {
        this.id = id;
        this.client = client;
        this.own = own;
        this.bundles = bundles;
        this.clock = clock;
        this.random = random;
        this.watched = watched;
        this.listener = listener;
    }

    /** Returns the certificate held, or a new one. Fails after at most 10 s. */
    public CompletableFuture<X509Svid> svid() {
        X509Svid held = current;
        if (held != null && !ended(held)) {
            return CompletableFuture.completedFuture(held);
        }
        CompletableFuture<X509Svid> answer = new CompletableFuture<>();
        client.loop().execute(() -> {
            var _ = awaited().whenComplete((svid, failure) -> {
                if (failure == null) {
                    answer.complete(svid);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
            ask();
        });
        return answer;
    }

    /** Returns the future that all present callers share. It times out, so that waiting calls do not pile up. */
    private CompletableFuture<X509Svid> awaited() {
        if (pending.isDone()) {
            pending = new CompletableFuture<X509Svid>().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return pending;
    }

    /** Called when the sidecar has a new certificate: the application's is renewed, too. */
    public void ownRenewed() {
        client.loop().execute(this::renewIfWanted);
    }

    private void renewIfWanted() {
        if (!pending.isDone() || (current != null && watched.getAsBoolean())) {
            ask();
        } else {
            current = null;
        }
    }

    /**
     * Called when the trust bundles have changed: drops a certificate that they do not accept any more, and notifies
     * watchers, who request another.
     */
    public void bundlesChanged() {
        client.loop().execute(() -> {
            X509Svid held = current;
            if (held != null
                    && SvidVerifier.verify(held.chain(), bundles.get(), clock.instant())
                            instanceof Verification.Rejected) {
                current = null;
                listener.run();
            }
        });
    }

    @Override
    public void close() {
        client.loop().execute(() -> {
            closed = true;
            current = null;
            ending.cancel();
            retrying.cancel();
        });
    }

    private boolean ended(X509Svid svid) {
        return !clock.instant().isBefore(svid.leaf().getNotAfter().toInstant());
    }

    private void ask() {
        Credentials proof = own.get();
        if (closed || asking || proof == null) {
            return; // without credentials: asks again when there are some
        }
        asking = true;
        // Held from here on: the credentials may be replaced, and released, before the attempt takes its own hold.
        SslContext tls = ReferenceCountUtil.retain(proof.client());
        var _ = CompletableFuture.supplyAsync(() -> CertifyAttempt.bySvid(id, proof), Thread::startVirtualThread)
                .thenCompose(attempt -> attempt.send(client, bundles, clock))
                .whenComplete((_, _) -> ReferenceCountUtil.release(tls))
                .whenCompleteAsync(this::answered, client.loop());
    }

    private void answered(@Nullable X509Svid fresh, @Nullable Throwable failure) {
        asking = false;
        if (closed) {
            return;
        }
        if (fresh != null) {
            failures = 0;
            retrying.cancel();
            current = fresh;
            start(ending, fresh.leaf().getNotAfter().toInstant(), () -> end(fresh));
            listener.run();
            pending.complete(fresh);
            return;
        }
        pending.completeExceptionally(failure == null ? new IllegalStateException("no certificate") : failure);
        X509Svid held = current;
        if (held != null) { // if there is none, the next caller asks again
            Instant now = clock.instant();
            Instant end = held.leaf().getNotAfter().toInstant();
            start(
                    retrying,
                    CertificateRenewal.retryAt(now, end, ++failures, RpcException.retryAfter(failure), random),
                    this::renewIfWanted);
        }
    }

    /** Notifies the watchers that there is no certificate any more. */
    private void end(X509Svid svid) {
        if (svid.equals(current) && !closed) {
            current = null;
            listener.run();
        }
    }

    private void start(LoopTimer timer, Instant at, Runnable task) {
        Duration wait = Duration.between(clock.instant(), at);
        timer.start(client.loop(), wait.isNegative() ? Duration.ZERO : wait, task);
    }
}
