package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.Report;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.control.ControlClient;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the workload's certificate: the first by the join token, each next one by the certificate held, or by the token
 * again once that has ended. Every certificate has a key of its own, which never leaves this process's memory.
 */
public final class IdentityManager implements AutoCloseable {
    /** Old TLS contexts live on for so long: longer than any handshake may take. */
    private static final Duration LINGER = Duration.ofSeconds(60);
    /** The longest token file that is read, in bytes. */
    private static final long MAX_TOKEN = 16 * 1024;

    private final IdentitySettings settings;
    private final ControlClient client;
    private final TlsContexts contexts;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final IdentityListener listener;
    private final CompletableFuture<Credentials> first = new CompletableFuture<>();

    private volatile @Nullable Credentials current;
    private volatile @Nullable Instant renewAt;
    private volatile @Nullable String lastFailure;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong failuresTotal = new AtomicLong();
    private final AtomicLong renewals = new AtomicLong();
    private volatile boolean closed;
    /** Superseded, oldest first; owned by the client's event loop. */
    private final ArrayDeque<Credentials> lingering = new ArrayDeque<>();

    /**
     * A manager that {@link #start} begins.
     *
     * @param contexts with the bundles to trust at first: those of the anchors file
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
        this.random = random;
        this.listener = listener;
    }

    /** Asks for the first certificate, and goes on asking until there is one: then the result completes. */
    public CompletableFuture<Credentials> start() {
        client.loop().execute(this::renew);
        return first;
    }

    /** The certificate held; null before the first. It may have ended: see {@link #usable}. */
    public @Nullable Credentials current() {
        return current;
    }

    /** The client side of {@link #current}, or null. */
    public @Nullable SslContext clientContext() {
        Credentials held = current;
        return held == null ? null : held.client();
    }

    /** Whether a certificate is held that has not ended. */
    public boolean usable() {
        Instant end = notAfter();
        return end != null && clock.instant().isBefore(end);
    }

    /** When the certificate held ends. */
    public @Nullable Instant notAfter() {
        Credentials held = current;
        return held == null ? null : held.svid().leaf().getNotAfter().toInstant();
    }

    /** When the next renewal, or attempt at one, is due. */
    public @Nullable Instant renewAt() {
        return renewAt;
    }

    /** Why the last attempt failed; null if it did not. */
    public @Nullable String lastFailure() {
        return lastFailure;
    }

    /** What the control plane is told of the certificate held; null before the first. */
    public @Nullable Report report() {
        Credentials held = current;
        return held == null ? null : CertificateReport.of(held.svid(), renewAt, lastFailure);
    }

    /** Failed attempts since the last certificate. */
    public int failuresInARow() {
        return failures.get();
    }

    /** Failed attempts since the start. */
    public long failuresTotal() {
        return failuresTotal.get();
    }

    /** Certificates received since the start. */
    public long renewals() {
        return renewals.get();
    }

    /** From now on trusts these, in the contexts given out as well. */
    public void bundles(TrustBundles bundles) {
        contexts.trust(bundles);
    }

    @Override
    public void close() {
        closed = true;
        client.loop().execute(() -> {
            Credentials held = current;
            current = null;
            if (held != null) {
                release(held);
            }
            lingering.forEach(IdentityManager::release);
            lingering.clear();
        });
    }

    private void renew() {
        if (closed) {
            return;
        }
        var _ = CompletableFuture.supplyAsync(this::prepare, Thread::startVirtualThread)
                .thenCompose(attempt -> client.certify(attempt.request(), attempt.tls())
                        .thenApply(response -> attempt.accept(response, contexts.trusted(), clock.instant()))
                        .whenComplete((_, _) -> attempt.done()))
                .whenCompleteAsync(this::finished, client.loop());
    }

    /** Off the event loop: reads the token and makes the key. */
    private Attempt prepare() {
        Credentials held = current;
        boolean usesSvid = held != null && usable();
        try {
            KeyPair keys = KeyPairs.generateP256();
            CertifyRequest.Builder request = CertifyRequest.newBuilder()
                    .setCertificateSigningRequest(
                            ByteString.copyFrom(CertificateSigningRequests.create(keys, settings.id())));
            if (usesSvid && held != null) {
                return new Attempt(settings, keys, request.build(), ReferenceCountUtil.retain(held.client()));
            }
            request.setJoinToken(readToken());
            return new Attempt(settings, keys, request.build(), contexts.anonymousClient());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private String readToken() throws IOException {
        Path file = settings.tokenFile();
        if (file == null) {
            throw new IOException("no certificate and no token-file to get one with; set token-file");
        }
        if (Files.size(file) > MAX_TOKEN) {
            throw new IOException("token-file " + file + ": larger than " + MAX_TOKEN + " bytes");
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException("token-file " + file + ": empty (expected: a join token)");
        }
        return token;
    }

    private void finished(@Nullable X509Svid svid, @Nullable Throwable failure) {
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
        Credentials former = current;
        listener.onCredentials(fresh);
        current = fresh;
        failures.set(0);
        lastFailure = null;
        renewals.incrementAndGet();
        X509Certificate leaf = svid.leaf();
        schedule(CertificateRenewal.renewAt(clock.instant(), leaf.getNotAfter().toInstant(), random));
        if (former != null) {
            lingering.add(former);
            Future<?> _ = client.loop().schedule(this::releaseOldest, LINGER.toSeconds(), TimeUnit.SECONDS);
        }
        first.complete(fresh);
        listener.onRenewed();
    }

    private void failed(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        int inARow = failures.incrementAndGet();
        failuresTotal.incrementAndGet();
        String before = lastFailure;
        String reason = String.valueOf(cause.getMessage());
        lastFailure = reason;
        Instant end = notAfter();
        Instant now = clock.instant();
        schedule(CertificateRenewal.retryAt(now, end == null ? now : end, inARow, random));
        if (!reason.equals(before)) {
            listener.onRenewalFailure();
        }
    }

    private void schedule(Instant at) {
        renewAt = at;
        long millis = Math.max(0, Duration.between(clock.instant(), at).toMillis());
        Future<?> _ = client.loop().schedule(this::renew, millis, TimeUnit.MILLISECONDS);
    }

    private void releaseOldest() {
        Credentials oldest = lingering.poll();
        if (oldest != null) {
            release(oldest);
        }
    }

    private static void release(Credentials old) {
        ReferenceCountUtil.release(old.client());
        ReferenceCountUtil.release(old.server());
    }

    /** One attempt: its key, its request, and the context that carries it, which it holds until done. */
    private record Attempt(IdentitySettings settings, KeyPair keys, CertifyRequest request, SslContext tls) {
        X509Svid accept(CertifyResponse response, TrustBundles bundles, Instant now) {
            List<X509Certificate> chain = Certificates.decodeAll(response.getCertificateChainList().stream()
                    .map(ByteString::toByteArray)
                    .toList());
            if (SvidVerifier.verify(chain, bundles, now) instanceof Verification.Rejected rejected) {
                throw new IllegalArgumentException("the control plane's answer does not verify: " + rejected);
            }
            return new X509Svid(settings.id(), chain, keys.getPrivate());
        }

        void done() {
            ReferenceCountUtil.release(tls);
        }
    }
}
