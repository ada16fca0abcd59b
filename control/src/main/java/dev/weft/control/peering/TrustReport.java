package dev.weft.control.peering;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.PeeringTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundle;
import java.util.List;

/**
 * What this control plane reports about trust to the one of another trust domain: the sequence of its own bundle, which
 * can be fetched, and which of the other's anchors all proxies here hold, so that the other does not use an anchor too
 * early.
 *
 * @param served whether the own bundle can be fetched
 * @param proxies tells which proxies that should be connected have not acknowledged a bundle
 */
record TrustReport(TrustDomain own, TrustSource trust, boolean served, Peering.Behind proxies) {

    /** Returns the present report for the control plane of this trust domain. */
    PeeringTrust of(TrustDomain peer) {
        PeeringTrust.Builder report = PeeringTrust.newBuilder();
        if (served) {
            report.setSequence(
                    trust.bundles().find(own).map(TrustBundle::sequence).orElse(0L));
        }
        TrustBundle held = trust.bundles().byTrustDomain().get(peer);
        if (held == null) {
            return report.build();
        }
        held.anchors().stream()
                .map(anchor -> SpkiFingerprint.of(anchor).bytes())
                .map(ByteString::copyFrom)
                .sorted(ByteString.unsignedLexicographicalComparator())
                .forEach(report::addHeldAnchors);
        List<ExpectedProxy> behind = proxies.of(peer, held.sequence());
        if (!behind.isEmpty()) {
            ExpectedProxy first = behind.getFirst();
            report.setBehind(behind.size())
                    .setBehindFirst(first.workload() + (first.connected() ? " has not answered" : " is not connected"));
        }
        return report.build();
    }
}
