package dev.weft.proxy.identity;

import dev.weft.api.v1.RefusedCall;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Report;
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
 * Keeps the workload's certificate: the first by a token, each next one by the certificate held, or by the token
 * again once that has ended. Every certificate has a key of its own, which never leaves this process's memory.
 */
public final class IdentityManager implements AutoCloseable {
    private final IdentitySettings settings;
    private final ControlClient client;
    private final TlsContexts contexts;
    private final InstantSource clock;
    private final IdentityListener listener;
    private final CompletableFuture<Credentials> first = new CompletableFuture<>();

    // Written by the client's event loop alone.
    private volatile IdentityState state = IdentityState.AT_START;
    private volatile boolean closed;
    private final RenewalProof proof = new RenewalProof();

    // Used by the client's event loop alone.
    private final RenewalLog log = new RenewalLog();
    private final RetiredCredentials retired;
    private final RenewalSchedule schedule;
    private boolean renewing;

    /**
     * A manager that {@link #start} begins.
     *
     * @param contexts with the bundles to trust at first, from the anchors file
     * @param listener told of each new certificate, and when renewing fails
     */
    public IdentityManager(
            IdentitySettings settings,
            ControlClient client,
            TlsContexts contexts,
            InstantSource clock,
            RandomGenerator random,
            IdentityListener listener) {
        this.settings = settings;
        this.client = client;
        this.contexts = contexts;
        this.clock = clock;
        this.listener = listener;
        this.retired = new RetiredCredentials(client.loop());
        this.schedule = new RenewalSchedule(client.loop(), clock, random, this::renew);
    }

    /** Asks for the first certificate, and goes on asking until there is one: then the result completes. */
    public CompletableFuture<Credentials> start() {
        client.loop().execute(this::renew);
        return first;
    }

    /**
     * Begins with a certificate that a former process has left, and renews it when it is due.
     *
     * @param held verified by the caller
     */
    public CompletableFuture<Credentials> resume(X509Svid held) {
        client.loop().execute(() -> finished(held, null));
        return first;
    }

    /** The certificate held; null before the first. It may have ended: see {@link #usable}. */
    public @Nullable Credentials current() {
        return state.credentials();
    }

    /** The client side of {@link #current}; null where there is none, or it has ended: no peer accepts it then. */
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

    /** Whether the control plane can take it for a proof: one whose issuer is tainted or revoked is none. */
    private boolean proves(@Nullable Credentials held) {
        return held != null
                && usable(held)
                && (settings.token() == null
                        || SvidVerifier.verify(held.svid().chain(), contexts.trusted(), clock.instant())
                                instanceof Verification.Verified);
    }

    /** Why the last attempt failed, where that is known as data; empty if it did not fail. */
    public Optional<RefusedCall> refusal() {
        return state.refusal();
    }

    /** How renewing goes. */
    public RenewalHealth health() {
        return state.health();
    }

    /** What the control plane is told of the certificate held; null before the first. */
    public @Nullable Report report() {
        return CertificateReport.of(state);
    }

    /** The clock was set, or the machine slept: what is due by now is done at once. */
    public void clockJumped() {
        client.loop().execute(() -> {
            Instant due = state.health().nextTry();
            if (due != null && idle()) {
                schedule.clockJumped(due);
            }
        });
    }

    /** The control plane answers again: what failed while it was away is tried soon, the sooner the less is left. */
    public void controlPlaneBack() {
        client.loop().execute(() -> {
            if (idle()) {
                schedule.back(state.health());
            }
        });
    }

    /** Does not wait until the next renewal is due. */
    void renewNow() {
        client.loop().execute(this::renew);
    }

    /** Failed attempts since the start. */
    public long failuresTotal() {
        return state.failures();
    }

    /** Certificates received since the start. */
    public long renewals() {
        return state.renewals();
    }

    /**
     * From now on the certificate must be of this issuer, or, when empty, of any: one of another is renewed at a random moment
     * within the time that the directive gives.
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
     * From now on trusts these, in the contexts given out as well. A certificate held whose issuer they do not trust any more
     * is renewed soon, as no peer accepts it.
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

    /** From now on trusts these anchors of a trust domain, until {@link #bundles} says otherwise; what is revoked stays so. */
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

    /** Whether the next renewal waits for its time. */
    private boolean idle() {
        return !renewing && !closed;
    }

    private void renew() {
        if (!idle()) {
            return;
        }
        renewing = true;
        var _ = CompletableFuture.supplyAsync(this::prepare, Thread::startVirtualThread)
                .thenCompose(attempt -> client.certify(attempt.request(), attempt.tls())
                        .thenApply(response -> attempt.accept(response, contexts.trusted(), clock.instant()))
                        .whenComplete((_, failure) -> {
                            attempt.done();
                            proof.answered(attempt, failure);
                        }))
                .whenCompleteAsync(this::finished, client.loop());
    }

    private CertifyAttempt prepare() {
        Credentials held = state.credentials();
        try {
            return proof.next(settings, contexts, proves(held) ? held : null);
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
