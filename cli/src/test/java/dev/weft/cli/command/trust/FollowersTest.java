package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.ShowTrustResponse;
import org.junit.jupiter.api.Test;

final class FollowersTest {

    @Test
    void areTheWorkloadsTheOtherTrustDomainsAndConfigMapsThatAreWaitedFor() {
        assertThat(RotationCommand.followers(ShowTrustResponse.newBuilder()
                        .setTrustDomain("a.example")
                        .addProxies(ProxyInfo.newBuilder().setWorkload("shop/web"))
                        .addBundles(BundleVersion.newBuilder().setTrustDomain("a.example"))
                        .addBundles(BundleVersion.newBuilder().setTrustDomain("b.example"))
                        .setRotation(RotationStatus.newBuilder()
                                .addWaitingFor(Awaited.newBuilder().setWorkload("shop/web"))
                                .addWaitingFor(Awaited.newBuilder().setWorkload("configmap/shop/weft-trust")))
                        .build()))
                .containsExactly("shop/web", "b.example", "configmap/shop/weft-trust");
    }
}
