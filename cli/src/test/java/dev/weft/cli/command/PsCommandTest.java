package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot.Phase;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.ServiceStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PsCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Printed printed = new Printed();

    private static ProcessStatus running(long pid, int restarts) {
        return new ProcessStatus(ProcessState.RUNNING, pid, restarts, NOW.minusSeconds(300), "");
    }

    private static MeshRecord mesh() {
        return new MeshRecord(
                "default",
                "/srv/shop.yaml",
                "cluster.local",
                0,
                true,
                NOW.minusSeconds(320),
                new ProcessRef(1, 1),
                Optional.empty());
    }

    @Test
    void showsWorkloadsAndServices() {
        WorkloadStatus api = new WorkloadStatus(
                "shop",
                "api",
                true,
                "spiffe://cluster.local/ns/shop/sa/api",
                List.of("10.244.0.2", "fd57:e1f7::2"),
                true,
                "",
                running(10, 0),
                Optional.of(running(11, 0)),
                Optional.of(running(12, 0)));
        ProcessStatus crashed = new ProcessStatus(ProcessState.BACKOFF, 0, 3, NOW.minusSeconds(2), "exit status 1");
        WorkloadStatus intruder = new WorkloadStatus(
                "shop",
                "intruder",
                false,
                "",
                List.of("10.244.0.3"),
                false,
                "its application ended: exit status 1",
                running(20, 0),
                Optional.empty(),
                Optional.of(crashed));
        PsCommand.Document document = new PsCommand.Document(
                mesh(),
                Phase.UP,
                Optional.of(running(5, 0)),
                List.of(api, intruder),
                List.of(new ServiceStatus("shop", "api", List.of("10.96.12.7"), List.of(80, 443))),
                List.of(),
                "the control plane does not answer (WEFT-L112)",
                List.of());
        PsCommand.print(printed.screen(), document, false, NOW);
        assertThat(printed.out()).isEqualTo("""
                mesh default: up, started 5m 20s ago from /srv/shop.yaml, control plane 5

                WORKLOAD       READY  APP                      SIDECAR     RESTARTS  SINCE   ADDRESSES
                shop/api       yes    12                       11                 0  5m ago  10.244.0.2,fd57:e1f7::2
                shop/intruder  no     backoff (exit status 1)  not meshed         3  2s ago  10.244.0.3
                shop/intruder: its application ended: exit status 1

                SERVICE   PORTS   ADDRESSES
                shop/api  80,443  10.96.12.7

                ! it is not known which machines joined: the control plane does not answer (WEFT-L112)
                """);
    }

    @Test
    void listsTheMeshes() {
        PsCommand.printMeshes(printed.screen(), List.of(new PsCommand.Listed(mesh(), true)), NOW);
        assertThat(printed.out()).isEqualTo("""
                MESH     STATE  STARTED     FILE
                default  up     5m 20s ago  /srv/shop.yaml
                """);
    }

    @Test
    void saysThatNoMeshIsUp() {
        PsCommand.printMeshes(printed.screen(), List.of(), NOW);
        assertThat(printed.out()).isEqualTo("no mesh is up\n");
    }
}
