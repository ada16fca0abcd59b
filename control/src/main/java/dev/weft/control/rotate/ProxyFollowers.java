package dev.weft.control.rotate;

import dev.weft.control.certify.TrustFollowers;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.List;

/** The connected proxies, and what they have acknowledged. */
public final class ProxyFollowers implements TrustFollowers {

    /** Most names in one sentence; the rest is counted. */
    private static final int MAX_NAMES = 10;

    private final MeshEndpoint mesh;
    private final TrustSource trust;
    private final TrustDomain trustDomain;

    /** @param trustDomain the trust domain whose bundle must be acknowledged */
    public ProxyFollowers(MeshEndpoint mesh, TrustSource trust, TrustDomain trustDomain) {
        this.mesh = mesh;
        this.trust = trust;
        this.trustDomain = trustDomain;
    }

    @Override
    public boolean any() {
        return mesh.expected().stream().anyMatch(ExpectedProxy::connected);
    }

    @Override
    public String behind() {
        long present = sequence();
        List<String> behind = mesh.expected().stream()
                .filter(ExpectedProxy::connected)
                .filter(proxy -> proxy.acknowledged(trustDomain.name()) < present)
                .map(ExpectedProxy::workload)
                .toList();
        if (behind.isEmpty()) {
            return "";
        }
        String names = String.join(", ", behind.subList(0, Math.min(MAX_NAMES, behind.size())));
        String more = behind.size() > MAX_NAMES ? " and " + (behind.size() - MAX_NAMES) + " more" : "";
        return names + more + " have not acknowledged bundle " + present + " yet";
    }

    /** Returns the present sequence of the trust domain's bundle. */
    long sequence() {
        return trust.bundles()
                .find(trustDomain)
                .map(bundle -> bundle.sequence())
                .orElse(0L);
    }
}
