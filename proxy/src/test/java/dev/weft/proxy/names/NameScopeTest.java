package dev.weft.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.names.NameScope.Kind;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameScopeTest {
    private static final NameScope NAMING = new NameScope(
            "shop",
            List.of("acme.example", "cluster.local", "b.acme.example"),
            Optional.of(Set.of("shop", "dev")),
            "control");

    /** The mesh's own trust domain has names of others in it, too: what is not under svc may be somebody else's. */
    @ParameterizedTest
    @CsvSource({
        "api, api.shop.svc.acme.example, false",
        "api.dev, api.dev.svc.acme.example, false",
        "api.dev.svc, api.dev.svc.acme.example, true",
        "api.dev.acme.example, api.dev.svc.acme.example, false",
        "api.dev.svc.acme.example, api.dev.svc.acme.example, true",
        "api.any.svc.b.acme.example, api.any.svc.b.acme.example, true",
        "api.any.cluster.local, api.any.svc.cluster.local, true",
        "9.0.244.10.in-addr.arpa, 9.0.244.10.in-addr.arpa, false",
        "9.0.16.172.in-addr.arpa, 9.0.16.172.in-addr.arpa, false",
    })
    void asksTheMesh(String name, String key, boolean owned) {
        assertThat(of(name)).isInstanceOfSatisfying(Kind.OfMesh.class, kind -> {
            assertThat(kind.key()).isEqualTo(key);
            assertThat(kind.owned()).isEqualTo(owned);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "example.com",
        "www.example.com",
        "www.acme.example",
        "acme.example",
        "api.com.acme.example",
        "control",
        "_x.dev",
        "9.0.2.192.in-addr.arpa",
        "256.0.244.10.in-addr.arpa",
        "09.0.244.10.in-addr.arpa",
        "x.0.244.10.in-addr.arpa",
        "244.10.in-addr.arpa",
    })
    void asksOthers(String name) {
        assertThat(of(name)).isInstanceOf(Kind.Elsewhere.class);
    }

    @ParameterizedTest
    @CsvSource({
        "api.nosuch.svc, Nothing",
        "api.nosuch.svc.acme.example, Nothing",
        "a.b.c.svc.acme.example, Nothing",
        "_x.dev.svc.acme.example, Nothing",
        "a.b.c.cluster.local, Nothing",
        "dev.svc.acme.example, Above",
        "svc.acme.example, Above",
        "cluster.local, Above",
        "localhost, Loopback",
        "a.localhost, Loopback",
    })
    void knowsWithoutAsking(String name, String kind) {
        assertThat(of(name).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void takesADotInALabelForNoDotBetweenLabels() {
        assertThat(NAMING.of(List.of("api.dev"))).isInstanceOf(Kind.Elsewhere.class);
        assertThat(NAMING.of(List.of("api.dev", "svc", "acme", "example"))).isNotInstanceOf(Kind.OfMesh.class);
    }

    @Test
    void asksForNoNameThatIsTooLong() {
        NameScope far =
                new NameScope("shop", List.of(("a".repeat(60) + ".").repeat(3) + "example"), Optional.empty(), "");
        assertThat(far.of(List.of("b".repeat(63)))).isInstanceOf(Kind.Nothing.class);
    }

    @Test
    void readsTheServersOfAMachine() {
        assertThat(ResolvConf.nameServers("""
                # nameserver 192.0.2.9
                search corp.example
                nameserver 192.0.2.1
                  nameserver\t2001:db8::1  # second
                nameserver fe80::1%eth0
                nameserver example.org
                nameserver 192.0.2.1
                nameserver 192.0.2.3
                """))
                .containsExactly(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
    }

    private static Kind of(String name) {
        return NAMING.of(List.of(name.split("\\.", -1)));
    }
}
