package dev.weft.bench.storm;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.MeshChange;
import dev.weft.proxy.control.MeshSubscription;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.RpcException;
import dev.weft.proxy.identity.CertificateRenewal;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.identity.TlsContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar as its control plane sees it at start: it requests a certificate by a token until it gets one, then opens
 * its stream. It uses the real sidecar's client and timing. Key, token and request are created beforehand. Belongs to
 * its client's event loop.
 */
final class StormSidecar implements AutoCloseable {
    private final int number;
    private final ControlClient client;
    private final TlsContexts contexts;
    private final SslContext anonymous;
    private final RandomGenerator random = new Random();
    private final StormCount count;
    private final KeyPair keys = KeyPairs.generateP256();
    private final IntFunction<String> tokens;
    private CertifyRequest request;
    private final CompletableFuture<Void> told = new CompletableFuture<>();
    private int failures;
    private @Nullable Credentials credentials;
    private @Nullable MeshSubscription subscription;
    private boolean hasInbound; // used by the client's event loop alone

    StormSidecar(
            int number,
            IntFunction<String> tokens,
            ControlClient client,
            TlsContexts contexts,
            SslContext anonymous,
            StormCount count) {
        this.number = number;
        this.client = client;
        this.contexts = contexts;
        this.anonymous = anonymous;
        this.count = count;
        this.tokens = tokens;
        this.request = CertifyRequest.newBuilder()
                .setJoinToken(tokens.apply(number))
                .setCertificateSigningRequest(ByteString.copyFrom(
                        CertificateSigningRequests.create(keys, ControlPlaneUnderTest.identity(number))))
                .build();
    }

    /** Starts the sidecar. The future completes when it has its stream and received its configuration. */
    CompletableFuture<Void> start() {
        client.loop().execute(this::ask);
        return told;
    }

    private void ask() {
        var _ = client.certify(request, anonymous).whenCompleteAsync(this::answered, client.loop());
    }

    private void answered(@Nullable CertifyResponse answer, @Nullable Throwable failure) {
        if (answer != null) {
            count.certified();
            watch(answer);
            return;
        }
        count.failed(String.valueOf(failure == null ? null : failure.getMessage()));
        if (isOfToken(failure)) {
            // The answer came too late, and the token was used up. In a mesh the supervisor would have written a new
            // token by now.
            request = request.toBuilder().setJoinToken(tokens.apply(number)).build();
        }
        Instant now = Instant.now();
        Instant again = CertificateRenewal.retryAt(now, now, ++failures, RpcException.retryAfter(failure), random);
        Future<?> _ =
                client.loop().schedule(this::ask, Duration.between(now, again).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All sidecars have one address here, so it soon shows too many bad tokens. */
    private static boolean isOfToken(@Nullable Throwable failure) {
        return failure instanceof RpcException rpc
                && (rpc.code() == RpcException.Code.UNAUTHENTICATED
                        || String.valueOf(rpc.getMessage()).contains("bad tokens"));
    }

    private void watch(CertifyResponse answer) {
        try {
            credentials = contexts.credentials(new X509Svid(
                    ControlPlaneUnderTest.identity(number),
                    Certificates.decodeAll(answer.getCertificateChainList().stream()
                            .map(ByteString::toByteArray)
                            .toList()),
                    keys.getPrivate()));
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
        MeshSubscription mesh = new MeshSubscription(
                client,
                ControlPlaneUnderTest.workload(number),
                "storm",
                () -> credentials == null ? null : credentials.client(),
                () -> null,
                this::tell);
        subscription = mesh;
        mesh.start();
    }

    private void tell(MeshChange change) {
        hasInbound |= change.now(ResourceName.PerWorkload.INBOUND).isPresent();
        if (hasInbound && change.bundles().find(ControlPlaneUnderTest.DOMAIN).isPresent()) {
            told.complete(null);
        }
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
        }
        if (credentials != null) {
            ReferenceCountUtil.release(credentials.client());
            ReferenceCountUtil.release(credentials.server());
        }
    }
}
