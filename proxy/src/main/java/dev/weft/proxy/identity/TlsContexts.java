package dev.weft.proxy.identity;

import dev.weft.daemon.tls.MeshTls;
import dev.weft.daemon.tls.SvidCheck;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

/**
 * Creates TLS contexts by the rules of {@link MeshTls}, with ALPN h2. SvidVerifier decides which peers are trusted;
 * host names do not matter.
 */
public final class TlsContexts {
    /** Contexts that may hold native memory: {@link #live} removes those that are freed. */
    private final Set<SslContext> made = ConcurrentHashMap.newKeySet();

    private final AtomicReference<SvidVerifier> verifier;
    private final SvidCheck trust;

    /** Creates contexts that trust {@code bundles} until the next {@link #trust}. */
    public TlsContexts(TrustBundles bundles, InstantSource clock) {
        this.verifier = new AtomicReference<>(new SvidVerifier(bundles));
        this.trust = new SvidCheck(verifier::get, clock);
    }

    /** Sets the bundles to trust, also in contexts made before. */
    public void trust(TrustBundles bundles) {
        verifier.updateAndGet(former -> former.next(bundles));
    }

    /** Returns the present trust bundles. */
    public TrustBundles trusted() {
        return verifier.get().bundles();
    }

    /** Returns how many contexts hold native memory: those in use, and those that some connection still has. */
    public int live() {
        made.removeIf(context -> ReferenceCountUtil.refCnt(context) == 0);
        return made.size();
    }

    /** Creates a client context without a certificate, to request the first one. */
    public SslContext anonymousClient() throws SSLException {
        return common(SslContextBuilder.forClient().endpointIdentificationAlgorithm(null));
    }

    /** Creates contexts that present this certificate. */
    public Credentials credentials(X509Svid svid) throws SSLException {
        return new Credentials(
                svid,
                common(SslContextBuilder.forClient()
                        .endpointIdentificationAlgorithm(null)
                        .keyManager(SvidKeyManager.factory(svid))),
                common(SslContextBuilder.forServer(SvidKeyManager.factory(svid)).clientAuth(ClientAuth.REQUIRE)));
    }

    private SslContext common(SslContextBuilder builder) throws SSLException {
        SslContext context = MeshTls.build(MeshTls.apply(builder, trust)
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2")));
        made.add(context);
        int _ = live(); // forgets freed contexts, so that the set stays small
        return context;
    }
}
