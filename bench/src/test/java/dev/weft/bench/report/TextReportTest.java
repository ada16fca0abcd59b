package dev.weft.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.bench.measure.Figure;
import dev.weft.bench.measure.MemoryFigure;
import dev.weft.bench.measure.MemoryFigure.State;
import dev.weft.bench.pairs.StartFigure;
import dev.weft.bench.proc.Machine;
import dev.weft.bench.proc.Memory;
import dev.weft.bench.settings.BenchSettings;
import dev.weft.bench.settings.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextReportTest {
    @Test
    void tablesSetEveryPairInRelationToHaproxy() {
        assertThat(TextReport.render(report())).isEqualTo("""
                machine: Some CPU, 2 cores, 4096 MiB, Linux 6.1, JDK 25
                method:  by turns
                haproxy: HAProxy 3.0
                weft:    this one

                CPU of both proxies per unit of work, warm (haproxy = 1.00)
                                                              haproxy          weft
                1 KiB keep-alive, saturated, µs/request  1.00    40.0  0.70    28.0
                1 KiB at a fixed rate, µs/request        1.00     110  1.10    121~
                bulk download, s/GiB                     1.00    2.00  0.75    1.50
                new connections, µs/connection           1.00   1,360             -

                CPU of both proxies per unit of work, cold: first seconds of fresh proxies (haproxy = 1.00)
                                                              haproxy          weft
                1 KiB keep-alive, saturated, µs/request  1.00    50.0  2.00     100

                Speed and latency, warm
                                                             haproxy         weft
                1 KiB keep-alive, saturated, per second       25,000       25,000
                    p50 / p99, µs                        200 / 1,000  200 / 1,000
                    cores busy with proxying                    0.98         0.98
                1 KiB at a fixed rate, per second             25,000       25,000
                    p50 / p99, µs                        200 / 1,000  200 / 1,000
                    cores busy with proxying                    0.98         0.98
                bulk download, Gbit/s                         25,000       25,000
                    cores busy with proxying                    0.98         0.98
                new connections, per second                   25,000            -
                    p50 / p99, µs                        200 / 1,000            -
                    cores busy with proxying                    0.98            -

                Memory of the client's / the server's proxy, MiB resident (proportional)
                      haproxy               weft
                idle        -  60 (50) / 64 (50)

                Start to ready of one sidecar of weft, the machine at rest, median of 3: 500 ms, 450 ms of CPU

                ~ others used the machine during too many slices: the least disturbed ones stand in, don't trust these

                ! weft, 1 KiB at a fixed rate: 3 errors
                """);
    }

    @Test
    void jsonHoldsFiguresAndSettings(@TempDir Path folder) throws IOException {
        Path file = JsonReport.write(report(), report().time(), "", folder.resolve("results"));

        assertThat(file).hasFileName("2026-11-25T010203Z.json");
        assertThat(Files.readString(file))
                .contains("\"cpuPerUnit\" : 28.0", "\"workload\" : \"KEEP_ALIVE\"", "\"kernel\" : \"6.1\"")
                .contains("\"slice\" : \"PT1.5S\"", "\"weft\" : \"this one\"", "\"millisToReady\" : 500.0");
    }

    private static Report report() {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("haproxy", "HAProxy 3.0");
        pairs.put("weft", "this one");
        return new Report(
                Instant.parse("2026-11-25T01:02:03Z"),
                new Machine("Some CPU", 2, 4096, "6.1", "25"),
                "by turns",
                settings(),
                pairs,
                List.of(
                        figure("haproxy", Workload.KEEP_ALIVE, 40, false, 0),
                        figure("weft", Workload.KEEP_ALIVE, 28, false, 0),
                        figure("haproxy", Workload.FIXED_RATE, 110, false, 0),
                        figure("weft", Workload.FIXED_RATE, 121, true, 3),
                        figure("haproxy", Workload.BULK, 2, false, 0),
                        figure("weft", Workload.BULK, 1.5, false, 0),
                        figure("haproxy", Workload.CONNECTIONS, 1_360, false, 0),
                        figure("weft", Workload.CONNECTIONS, Double.NaN, false, 0)),
                List.of(
                        figure("haproxy", Workload.KEEP_ALIVE, 50, false, 0),
                        figure("weft", Workload.KEEP_ALIVE, 100, false, 0)),
                List.of(new MemoryFigure(
                        "weft", State.IDLE, new Memory(61_440, 51_200, 0), new Memory(65_536, 51_200, 0))),
                List.of(
                        new StartFigure("weft", 900, 400),
                        new StartFigure("weft", 500, 450),
                        new StartFigure("weft", 480, 460)),
                List.of());
    }

    private static BenchSettings settings() {
        return new BenchSettings(
                List.of("haproxy", "weft"),
                List.of(Workload.values()),
                Duration.ofMillis(1_500),
                4,
                8,
                0.12,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                3,
                List.of(Workload.values()),
                true,
                4_000,
                1L << 30,
                0,
                1,
                "",
                Path.of("weft"),
                Path.of("results"),
                Path.of("folder"));
    }

    private static Figure figure(String pair, Workload workload, double cpu, boolean disturbed, long errors) {
        return new Figure(pair, workload, cpu, 25_000, 200, 1_000, 0.98, 6, 6, disturbed, errors);
    }
}
