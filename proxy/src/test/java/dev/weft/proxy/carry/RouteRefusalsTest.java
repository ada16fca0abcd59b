package dev.weft.proxy.carry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.session.Refusal;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RouteRefusalsTest {
    private static final InetSocketAddress ADDRESS = HostPort.literal("10.96.0.1:80");

    private String away = "";
    private final RouteRefusals refusals = new RouteRefusals(new Directory(
            new Subscriptions() {
                @Override
                public void subscribe(ResourceName name) {}

                @Override
                public void unsubscribe(ResourceName name) {}

                @Override
                public String awayBecause() {
                    return away;
                }
            },
            Duration.ofMinutes(5),
            () -> 7));

    @Test
    void saysWhyTheControlPlaneHasNotAnswered() {
        away = "UNAVAILABLE: control plane weft:15012: no connection";
        Refusal refusal = refusals.noAnswer(ADDRESS);
        assertThat(refusal.code()).isEqualTo("WEFT-D003");
        assertThat(refusal.reason())
                .contains("10.96.0.1:80 leads")
                .contains("not connected to it (UNAVAILABLE: control plane weft:15012: no connection)");
    }

    @Test
    void asksWhetherItIsReachableWhileTheStreamStands() {
        assertThat(refusals.noAnswer(ADDRESS).reason())
                .isEqualTo("the control plane has not said where 10.96.0.1:80 leads: is it reachable? See /status");
    }
}
