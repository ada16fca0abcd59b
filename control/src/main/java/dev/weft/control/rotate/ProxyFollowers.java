package dev.weft.control.rotate;

import dev.weft.control.certify.TrustFollowers;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The connected proxies, and what they have acknowledged. After the start of the control plane, the expected proxies
 * count too, until they have had the time to connect.
 */
public final class ProxyFollowers implements TrustFollowers {

    /** Most names in one sentence; the rest is counted. */
    private static final int MAX_NAMES = 10;

    private final MeshEndpoint mesh;
    private final TrustSource trust;
    private final TrustDomain trustDomain;
    private final ReconnectTime reconnecting;

    /**
     * Creates the followers; the time in which proxies may connect begins now.
     *
     * @param trustDomain the trust domain whose bundle must be acknowledged
     * @param nanos monotonic time
     */
    public ProxyFollowers(MeshEndpoint mesh, TrustSource trust, TrustDomain trustDomain, LongSupplier nanos) {
        this.mesh = mesh;
        this.trust = trust;
        this.trustDomain = trustDomain;
        this.reconnecting = new ReconnectTime(nanos);
    }

    @Override
    public boolean any() {
        return mesh.expected().stream().anyMatch(ExpectedProxy::connected);
    }

    @Override
    public String behind() {
        return behind(false);
    }

    /**
     * Returns what {@link #behind()} returns for an issuer that takes the place of another. If their anchors differ,
     * proxies that have not connected since the start count for two minutes: one that lacks the anchor could not verify
     * the control plane any more, and so never get the anchor.
     */
    public String behind(Issuer present, Issuer next) {
        return behind(!reconnecting.isOver() && !anchor(present).equals(anchor(next)));
    }

    private String behind(boolean unheard) {
        long sequence = Math.max(1, sequence());
        List<String> behind = mesh.expected().stream()
                .filter(proxy -> proxy.connected() || (unheard && proxy.since().isEmpty()))
                .filter(proxy -> proxy.acknowledged(trustDomain.name()) < sequence)
                .map(ExpectedProxy::workload)
                .toList();
        if (behind.isEmpty()) {
            return "";
        }
        String names = String.join(", ", behind.subList(0, Math.min(MAX_NAMES, behind.size())));
        String more = behind.size() > MAX_NAMES ? " and " + (behind.size() - MAX_NAMES) + " more" : "";
        return names + more + " have not acknowledged bundle " + sequence + " yet";
    }

    private Optional<X509Certificate> anchor(Issuer issuer) {
        return IssuerChains.anchorOf(issuer.chain(), trust.own().anchors());
    }

    /** Returns the present sequence of the trust domain's bundle. */
    long sequence() {
        return trust.bundles()
                .find(trustDomain)
                .map(bundle -> bundle.sequence())
                .orElse(0L);
    }
}
