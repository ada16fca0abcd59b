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
 * Makes TLS contexts by the rules of {@link MeshTls}, with ALPN h2: peers are trusted by SvidVerifier whatever their host
 * names.
 */
public final class TlsContexts {
    /** Contexts whose native part is not freed yet, and perhaps a few that are. */
    private final Set<SslContext> made = ConcurrentHashMap.newKeySet();

    private final AtomicReference<SvidVerifier> verifier;
    private final SvidCheck trust;

    /** Contexts that trust {@code bundles} until {@link #trust} says otherwise. */
    public TlsContexts(TrustBundles bundles, InstantSource clock) {
        this.verifier = new AtomicReference<>(new SvidVerifier(bundles));
        this.trust = new SvidCheck(verifier::get, clock);
    }

    /** From now on trusts these; contexts made before follow. */
    public void trust(TrustBundles bundles) {
        verifier.updateAndGet(former -> former.next(bundles));
    }

    /** Judges by whom the contexts trust now. */
    SvidVerifier verifier() {
        return verifier.get();
    }

    /** Whom the contexts trust now. */
    public TrustBundles trusted() {
        return verifier.get().bundles();
    }

    /** How many contexts hold native memory: those in use, and those that some connection still has. */
    public int live() {
        made.removeIf(context -> ReferenceCountUtil.refCnt(context) == 0);
        return made.size();
    }

    /** A client that proves nothing, for the first certificate. */
    public SslContext anonymousClient() throws SSLException {
        return common(SslContextBuilder.forClient().endpointIdentificationAlgorithm(null));
    }

    /** Contexts that prove this identity. */
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
        int _ = live(); // forgets those that are gone, so that the set stays small
        return context;
    }
}
