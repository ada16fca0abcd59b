package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.StatusCommand.Document;
import dev.weft.cli.command.StatusCommand.Entry;
import dev.weft.cli.mesh.SidecarStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class StatusCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final String READY = """
            {"workload": "shop/api", "identity": "spiffe://cluster.local/ns/shop/sa/api", "ready": true, "reasons": [],
             "version": "0.1.0", "controlPlane": {"address": "10.244.0.1:15012", "connected": true, "since": "2026-03-01T11:00:00Z"},
             "certificate": {"serialNumber": "7f01", "notBefore": "2026-03-01T11:00:00Z", "notAfter": "2026-03-02T11:00:00Z",
               "issuer": "CN=cluster.local issuer", "renewAt": "2026-03-01T23:00:00Z"},
             "inbound": {"version": "3f2a91c07d5e4411", "mode": "strict", "policies": ["shop/web-may-call"], "default": "authenticated"},
             "bundles": [{"trustDomain": "cluster.local", "sequence": 4, "anchors": 1, "state": "active"}],
             "destinations": 2, "sessions": {"inbound": 1, "outbound": 0}, "startedAt": "2026-03-01T11:00:00Z"}
            """;

    private static final String STARTING = """
            {"workload": "shop/web", "identity": null, "ready": false, "reasons": ["no certificate yet"],
             "controlPlane": {"address": "10.244.0.1:15012", "connected": false, "since": null},
             "certificate": null, "inbound": null, "bundles": [], "destinations": 0}
            """;

    private final Printed printed = new Printed();

    private static SidecarStatus status(String json) {
        return JsonMapper.builder().build().readValue(json, SidecarStatus.class);
    }

    @Test
    void showsWhatEachSidecarHolds() {
        Document document = new Document(
                "default",
                "cluster.local",
                false,
                List.of("shop.yaml:12: spec.serviceAcount: unknown field"),
                List.of(
                        new Entry("shop/api", status(READY), null),
                        new Entry("shop/web", status(STARTING), null),
                        new Entry("shop/batch", null, "sidecar of shop/batch does not answer: refused")));
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out()).isEqualTo("""
                ! shop.yaml:12: spec.serviceAcount: unknown field
                  the file's last valid state stays in force until this is mended

                WORKLOAD    READY  IDENTITY                               CERT ENDS  POLICY        BUNDLE  CONTROL
                shop/api    yes    spiffe://cluster.local/ns/shop/sa/api  in 23h     3f2a91c07d5e  4       connected
                shop/web    no     -                                      none       -             -       away
                shop/batch  no     -                                      -          -             -       no answer
                shop/web is not ready: no certificate yet
                sidecar of shop/batch does not answer: refused
                """);
    }

    @Test
    void fitsAHundredColumns() {
        Document document = new Document(
                "default", "cluster.local", true, List.of(), List.of(new Entry("shop/api", status(READY), null)));
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void saysThatThereIsNothingToShow() {
        StatusCommand.print(
                printed.screen(), new Document("default", "cluster.local", true, List.of(), List.of()), NOW);
        assertThat(printed.out()).isEqualTo("mesh default has no meshed workload\n");
    }
}
