package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.proxy.control.ControlClient;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * One attempt to get a certificate: its own new key, its request, and the TLS context that carries it, which is held
 * until {@link #send} has completed.
 *
 * @param token the token that proves the identity; empty where the certificate held proves it
 */
record CertifyAttempt(
        SpiffeId id, KeyPair keys, CertifyRequest request, SslContext tls, Optional<TokenFile.Token> token) {

    /** Creates an attempt that is authenticated by a certificate that has not ended. */
    static CertifyAttempt bySvid(SpiffeId id, Credentials held) {
        KeyPair keys = KeyPairs.generateP256();
        return new CertifyAttempt(
                id, keys, request(id, keys).build(), ReferenceCountUtil.retain(held.client()), Optional.empty());
    }

    static CertifyAttempt byToken(SpiffeId id, TokenFile.Token token, TlsContexts contexts) throws SSLException {
        KeyPair keys = KeyPairs.generateP256();
        CertifyRequest.Builder request = switch (token.kind()) {
            case JOIN -> request(id, keys).setJoinToken(token.value());
            case WORKLOAD -> request(id, keys).setWorkloadToken(token.value());
        };
        return new CertifyAttempt(id, keys, request.build(), contexts.anonymousClient(), Optional.of(token));
    }

    private static CertifyRequest.Builder request(SpiffeId id, KeyPair keys) {
        return CertifyRequest.newBuilder()
                .setCertificateSigningRequest(ByteString.copyFrom(CertificateSigningRequests.create(keys, id)));
    }

    /**
     * Sends the request, once. Completes with the new certificate, or exceptionally, with an IllegalArgumentException if
     * peers would not accept the certificate.
     */
    CompletableFuture<X509Svid> send(ControlClient client, Supplier<TrustBundles> bundles, InstantSource clock) {
        return CompletableFuture.completedFuture(request)
                .thenCompose(sent -> client.certify(sent, tls)) // the context is released also if this throws
                .thenApply(response -> accept(response, bundles.get(), clock.instant()))
                .whenComplete((_, _) -> ReferenceCountUtil.release(tls));
    }

    private X509Svid accept(CertifyResponse response, TrustBundles bundles, Instant now) {
        List<X509Certificate> chain = Certificates.decodeAll(response.getCertificateChainList().stream()
                .map(ByteString::toByteArray)
                .toList());
        if (SvidVerifier.verify(chain, bundles, now) instanceof Verification.Rejected rejected) {
            throw new IllegalArgumentException("the control plane's answer does not verify: " + rejected);
        }
        return new X509Svid(id, chain, keys.getPrivate());
    }
}
