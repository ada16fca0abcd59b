package dev.weft.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.cli.mesh.SidecarStatus;
import org.junit.jupiter.api.Test;

/** What a sidecar's reports to the control plane say of its status. */
final class ReportedStatusTest {

    @Test
    void thePolicyIsKnownByItsVersionAlone() {
        ProxyInfo.Builder proxy = ProxyInfo.newBuilder().setWorkload("shop/api").setConnected(true);
        assertThat(ReportedStatus.of(proxy.setInboundVersion("3f2a91c0").build())
                        .inbound())
                .isEqualTo(new SidecarStatus.Inbound("3f2a91c0", null, null, null, null));
        assertThat(ReportedStatus.of(proxy.clearInboundVersion().build()).inbound())
                .as("a control plane of a former version tells none")
                .isNull();
    }

    @Test
    void doesNotStateWhatSidecarsDoNotReport() {
        SidecarStatus status = ReportedStatus.of(ProxyInfo.newBuilder()
                .setConnected(true)
                .setAddress("10.0.0.7:41234")
                .addAcknowledged(BundleVersion.newBuilder().setTrustDomain("cluster.local"))
                .build());
        assertThat(status.destinations()).isNull();
        assertThat(status.bundles())
                .first()
                .extracting(SidecarStatus.Bundle::anchors)
                .isNull();
        assertThat(status.controlPlane())
                .extracting(SidecarStatus.ControlPlane::address)
                .as("the control plane's, not the sidecar's")
                .isNull();
    }
}
