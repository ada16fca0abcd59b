package dev.weft.proxy.identity;

import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Report;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.RpcException;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the workload's certificate. The first one is requested with a token, each next one with the certificate held,
 * or with the token again once that certificate has ended. Every certificate has its own key, which never leaves this
 * process's memory.
 */
public final class IdentityManager implements AutoCloseable {
    private final @Nullable TokenFile token;
    private final ControlClient client;
    private final TlsContexts contexts;
    private final InstantSource clock;
    private final IdentityListener listener;
    private final CompletableFuture<Credentials> first = new CompletableFuture<>();

    // Written by the client's event loop alone.
    private volatile IdentityState state = IdentityState.AT_START;
    private volatile boolean closed;
    private final RenewalProof proof;

    // Used by the client's event loop alone.
    private final RenewalLog log = new RenewalLog();
    private final RetiredCredentials retired;
    private final RenewalSchedule schedule;
    private boolean renewing;

    /**
     * A manager that waits for {@link #start}.
     *
     * @param id the workload's identity
     * @param token the file of the token that proves the identity; null if there is none
     * @param contexts with the bundles to trust at first, from the anchors file
     * @param listener notified of each new certificate, and when renewing fails
     */
    public IdentityManager(
            SpiffeId id,
            @Nullable TokenFile token,
            ControlClient client,
            TlsContexts contexts,
            InstantSource clock,
            RandomGenerator random,
            IdentityListener listener) {
        this.token = token;
        this.proof = new RenewalProof(id, token, contexts);
        this.client = client;
        this.contexts = contexts;
        this.clock = clock;
        this.listener = listener;
        this.retired = new RetiredCredentials(client.loop());
        this.schedule = new RenewalSchedule(client.loop(), clock, random, this::renew);
    }

    /** Requests the first certificate, and retries until there is one: then the result completes. */
    public CompletableFuture<Credentials> start() {
        client.loop().execute(this::renew);
        return first;
    }

    /**
     * Starts with a certificate that a former process has kept, and renews it when it is due.
     *
     * @param held verified by the caller
     */
    public CompletableFuture<Credentials> resume(X509Svid held) {
        client.loop().execute(() -> finished(held, null));
        return first;
    }

    /** Returns the client context of the certificate; null without one, or if it has expired: no peer takes it then. */
    public @Nullable SslContext clientContext() {
        Credentials held = state.credentials();
        return held == null || !usable(held) ? null : held.client();
    }

    /** Whether a certificate is held that has not ended. */
    public boolean usable() {
        return usable(state.credentials());
    }

    private boolean usable(@Nullable Credentials held) {
        return held != null
                && clock.instant().isBefore(held.svid().leaf().getNotAfter().toInstant());
    }

    /** Whether the control plane accepts it as proof: not if its issuer is tainted or revoked. */
    private boolean proves(@Nullable Credentials held) {
        return held != null
                && usable(held)
                && (token == null
                        || SvidVerifier.verify(held.svid().chain(), contexts.trusted(), clock.instant())
                                instanceof Verification.Verified);
    }

    /** Returns why the last attempt failed, if that is known as data; empty if it did not fail. */
    public Optional<RefusedCall> refusal() {
        return state.refusal();
    }

    /** Returns the state of renewal. */
    public RenewalHealth health() {
        return state.health();
    }

    /** Returns the report to the control plane on the certificate held, or null before the first. */
    public @Nullable Report report() {
        return state.report();
    }

    /** Called when the clock was set, or the machine slept: a renewal that is due now runs at once. */
    public void clockJumped() {
        client.loop().execute(() -> {
            Instant due = state.health().nextTry();
            if (due != null && idle()) {
                schedule.clockJumped(due);
            }
        });
    }

    /** Called when the control plane answers again: retries soon, and the sooner, the less life is left. */
    public void controlPlaneBack() {
        client.loop().execute(() -> {
            if (idle()) {
                schedule.back(state.health());
            }
        });
    }

    /** Renews at once, before the next renewal is due. */
    void renewNow() {
        client.loop().execute(this::renew);
    }

    /** Number of failed attempts since the start. */
    public long failuresTotal() {
        return state.failures();
    }

    /** Number of certificates received since the start. */
    public long renewals() {
        return state.renewals();
    }

    /**
     * Sets the issuer that the certificate must be of; empty for any. A certificate of another issuer is renewed at a
     * random moment within the time that the directive gives.
     */
    public void direct(Optional<Renewal> directive) {
        client.loop().execute(() -> {
            schedule.direct(directive);
            Credentials held = state.credentials();
            Instant due = state.health().nextTry();
            if (held != null && due != null && idle()) {
                schedule.follow(held.svid(), due);
            }
        });
    }

    /**
     * Sets the bundles to trust, also in contexts given out before. Renews the held certificate soon if these bundles
     * do not trust its issuer any more, because no peer accepts it then.
     */
    public void bundles(TrustBundles bundles) {
        contexts.trust(bundles);
        client.loop().execute(() -> {
            Credentials held = state.credentials();
            Instant due = state.health().nextTry();
            Instant now = clock.instant();
            if (held != null
                    && due != null
                    && now.isBefore(due)
                    && idle()
                    && CertificateRenewal.outOfTrust(held.svid(), bundles, now)) {
                schedule.soon();
            }
        });
    }

    /** Sets the trust anchors of a trust domain until the next {@link #bundles}; revocations stay in force. */
    public void anchors(TrustDomain trustDomain, List<X509Certificate> anchors) {
        TrustBundles trusted = contexts.trusted();
        TrustBundle before = trusted.find(trustDomain).orElseGet(() -> TrustBundle.of(trustDomain, List.of()));
        bundles(trusted.with(before.withAnchors(anchors)));
    }

    @Override
    public void close() {
        closed = true;
        client.loop().execute(() -> {
            Credentials held = state.credentials();
            state = state.released();
            if (held != null) {
                RetiredCredentials.release(held);
            }
            retired.releaseAll();
            schedule.cancel();
        });
    }

    /** Whether no renewal is running: the next one waits for its time. */
    private boolean idle() {
        return !renewing && !closed;
    }

    private void renew() {
        if (!idle()) {
            return;
        }
        renewing = true;
        var _ = CompletableFuture.supplyAsync(this::prepare, Thread::startVirtualThread)
                .thenCompose(attempt -> attempt.send(client, contexts::trusted, clock)
                        .whenComplete((_, failure) -> proof.answered(attempt, failure)))
                .whenCompleteAsync(this::finished, client.loop());
    }

    private CertifyAttempt prepare() {
        Credentials held = state.credentials();
        try {
            return proof.next(proves(held) ? held : null);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private void finished(@Nullable X509Svid svid, @Nullable Throwable failure) {
        renewing = false;
        if (closed) {
            return;
        }
        Throwable problem = failure;
        if (svid != null) {
            try {
                publish(svid);
            } catch (IOException | RuntimeException e) {
                problem = e;
            }
        }
        if (problem != null) {
            failed(problem);
        }
    }

    private void publish(X509Svid svid) throws IOException {
        Credentials fresh = contexts.credentials(svid);
        Credentials former = state.credentials();
        listener.onCredentials(fresh);
        log.renewed(state.health());
        state = state.renewed(
                fresh, RenewalHealth.renewed(svid.leaf().getNotAfter().toInstant(), schedule.renewal(svid)));
        if (former != null) {
            retired.add(former);
        }
        first.complete(fresh);
        listener.onRenewed();
    }

    private void failed(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        RenewalHealth before = state.health();
        Instant now = clock.instant();
        Instant due = schedule.retry(before.notAfter(), before.failures() + 1, RpcException.retryAfter(cause));
        RenewalHealth after = before.failed(String.valueOf(cause.getMessage()), now, due);
        state = state.failed(after, NoProofException.refusal(cause));
        log.failed(after, now);
        if (!after.gist().equals(before.gist())) {
            listener.onRenewalFailure();
        }
    }
}
