package dev.weft.proxy.identity;

import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
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
 * Makes TLS contexts: TLS 1.3 only, hybrid post-quantum key exchange preferred, ALPN h2, no tickets and no resumption
 * (each handshake sees the bundles of its moment), peers trusted by SvidVerifier whatever their host names.
 */
public final class TlsContexts {
    static {
        sendNoTickets();
    }

    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256"};

    /** Those whose native part is not freed yet, and perhaps a few that are. */
    private final Set<SslContext> made = ConcurrentHashMap.newKeySet();

    private final AtomicReference<SvidVerifier> verifier;
    private final PeerTrustManager trust;

    /** Contexts that trust {@code bundles} until {@link #trust} says otherwise. */
    public TlsContexts(TrustBundles bundles, InstantSource clock) {
        this.verifier = new AtomicReference<>(new SvidVerifier(bundles));
        this.trust = new PeerTrustManager(verifier::get, clock);
    }

    /**
     * Has servers send no TLS 1.3 session tickets: by one, a peer would come back without its certificate being judged
     * again. The TLS provider reads this when the process makes its first context, and sends them otherwise.
     */
    static void sendNoTickets() {
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
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
        SslContext context = builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, GROUPS)
                .trustManager(trust)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
        made.add(context);
        int _ = live(); // forgets those that are gone, so that the set stays small
        return context;
    }
}
