package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.state.Network;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AddressPlanTest {

    private final AddressPlan plan = new AddressPlan(Network.FIRST, true);

    @Test
    void givesEachWorkloadAnAddressOfEachFamilyAndKeepsIt() {
        ObjectName api = new ObjectName("shop", "api");
        assertThat(plan.workload(api)).containsExactly("10.244.0.2", "fd57:e1f7::2");
        assertThat(plan.workload(new ObjectName("shop", "web"))).containsExactly("10.244.0.3", "fd57:e1f7::3");
        assertThat(plan.workload(api)).containsExactly("10.244.0.2", "fd57:e1f7::2");
    }

    @Test
    void givesNoIpv6WhereTheMachineHasNone() {
        AddressPlan plain = new AddressPlan(Network.FIRST, false);
        assertThat(plain.workload(new ObjectName("a", "b"))).containsExactly("10.244.0.2");
        assertThat(plain.service(service("b", true, true))).hasSize(1);
    }

    @Test
    void neverGivesAnAddressTwiceNorOneThatLooksLikeANetwork() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            for (String address : plan.workload(new ObjectName("n", "w" + i))) {
                assertThat(seen.add(address)).as(address).isTrue();
            }
        }
        assertThat(seen).noneMatch(address -> address.matches("10\\.244\\.\\d+\\.(0|255)"));
    }

    @Test
    void derivesAServicesAddressFromItsNameInAnyOrder() {
        List<String> first = plan.service(service("api", true, true));
        AddressPlan other = new AddressPlan(Network.FIRST, true);
        other.service(service("db", true, false));
        assertThat(other.service(service("api", true, true))).isEqualTo(first);
        assertThat(first.getFirst()).startsWith("10.96.");
        assertThat(first.getLast()).startsWith("fd57:e1f7:96::");
    }

    @Test
    void givesServicesThatCollideDifferentAddresses() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            assertThat(seen.addAll(plan.service(service("s" + i, true, false)))).isTrue();
        }
    }

    @Test
    void takesTheAddressThatTheUserChose() {
        Service chosen = new Service(
                new ObjectName("shop", "api"), Map.of(), List.of(), "10.96.7.7", Set.of(IpFamily.IPV4, IpFamily.IPV6));
        assertThat(plan.service(chosen)).containsExactly("10.96.7.7");
    }

    private static Service service(String name, boolean ipv4, boolean ipv6) {
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        if (ipv4) {
            families.add(IpFamily.IPV4);
        }
        if (ipv6) {
            families.add(IpFamily.IPV6);
        }
        return new Service(new ObjectName("shop", name), Map.of(), List.of(), null, families);
    }
}
