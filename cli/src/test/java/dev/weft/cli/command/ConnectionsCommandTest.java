package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.ConnectionsCommand.Row;
import dev.weft.cli.mesh.SidecarConnections.Connection;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConnectionsCommandTest {

    private static final Instant OPENED = Instant.parse("2026-03-01T12:00:00Z");

    private final Printed printed = new Printed();

    @Test
    void showsWhoCallsWhom() {
        Connection inbound = new Connection(
                "1",
                "inbound",
                "10.244.0.3:40112",
                "10.244.0.2:8080",
                "spiffe://cluster.local/ns/shop/sa/api",
                "spiffe://cluster.local/ns/shop/sa/web",
                true,
                "shop/web-may-call",
                812,
                24_117_248,
                OPENED,
                125,
                "t1");
        Connection plain = new Connection(
                "2", "outbound", "10.244.0.2:40113", "10.244.0.9:25", null, null, false, null, 0, 10, OPENED, 3, null);
        ConnectionsCommand.print(
                printed.screen(), List.of(new Row("shop/api", inbound), new Row("shop/api", plain)), false);
        assertThat(printed.out()).isEqualTo("""
                WORKLOAD     PEER                                   DESTINATION      OVER   POLICY                IN     OUT    AGE
                shop/api  ←  spiffe://cluster.local/ns/shop/sa/web  10.244.0.2:8080  mTLS   shop/web-may-call  812 B  23 MiB  2m 5s
                shop/api  →  10.244.0.2:40113                       10.244.0.9:25    plain  -                    0 B    10 B     3s
                """);
    }

    @Test
    void saysThatNothingIsOpen() {
        ConnectionsCommand.print(printed.screen(), List.of(), false);
        assertThat(printed.out()).isEqualTo("no connection is open\n");
    }

    @Test
    void theWideOneHasAddressAndTunnelToo() {
        Connection inbound = new Connection(
                "1",
                "inbound",
                "10.244.0.3:40112",
                "10.244.0.2:80",
                null,
                "spiffe://a/b",
                true,
                null,
                0,
                0,
                OPENED,
                3,
                "t1");
        ConnectionsCommand.print(printed.screen(), List.of(new Row("shop/api", inbound)), true);
        assertThat(printed.out()).isEqualTo("""
                WORKLOAD     PEER          DESTINATION    OVER  POLICY   IN  OUT  AGE  ADDRESS           TUNNEL
                shop/api  ←  spiffe://a/b  10.244.0.2:80  mTLS  -       0 B  0 B   3s  10.244.0.3:40112  t1
                """);
    }
}
