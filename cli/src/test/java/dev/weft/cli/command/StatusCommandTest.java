package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.StatusCommand.Document;
import dev.weft.cli.command.StatusCommand.Entry;
import dev.weft.cli.mesh.NotInForce;
import dev.weft.cli.mesh.RevokedLeaves;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
                List.of(),
                null,
                null,
                List.of(
                        new Entry("shop/api", status(READY), null, null),
                        new Entry("shop/web", status(STARTING), null, null),
                        new Entry("shop/batch", null, "sidecar of shop/batch does not answer: refused", null)));
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
    void aStateDirectoryThatIsGoneIsNotWell() {
        Document document = document(NotInForce.stateGone(Path.of("/run/weft/shop/control")));
        assertThat(document.well()).isFalse();
        assertThat(document.refusals()).singleElement().asString().contains("WEFT-C096", "/run/weft/shop/control");
    }

    @Test
    void showsWhatIsNotInForce() {
        Document document = document(new NotInForce(
                List.of("shop.yaml:7: Revocation r: WEFT-C089: that is the issuer in use"),
                Optional.of("WEFT-C082: tls.key: is not the key of certificate 1")));
        assertThat(document.well()).isFalse();
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out()).startsWith("""
                ! shop.yaml:7: Revocation r: WEFT-C089: that is the issuer in use
                ! the issuer's files are not in use: WEFT-C082: tls.key: is not the key of certificate 1
                  what was in force before stays so; 'weft check' says what to do

                WORKLOAD""");
    }

    @Test
    void isWellWhenEverySidecarIsReadyAndAllIsInForce() {
        assertThat(document(NotInForce.NOTHING).well()).isTrue();
        assertThat(document(new NotInForce(List.of("shop.yaml:7: x"), Optional.empty()))
                        .well())
                .isFalse();
        assertThat(document(new NotInForce(List.of(), Optional.of("WEFT-C082: x")))
                        .well())
                .isFalse();
    }

    private static Document document(NotInForce notInForce) {
        return document(notInForce, READY);
    }

    private static Document document(NotInForce notInForce, String api) {
        MeshHandle mesh = new MeshHandle(
                new MeshName("default"),
                new MeshState(Path.of("/nonexistent")),
                new MeshRecord(
                        "default", "shop.yaml", "cluster.local", 0, true, NOW, new ProcessRef(1, 1), Optional.empty()));
        return Document.of(mesh, List.of(), notInForce, List.of(new Entry("shop/api", status(api), null, null)));
    }

    @Test
    void saysOfASidecarThatIsReadyWhatWillBreakIt() {
        String warning =
                "WEFT-D022: the certificate ends in 1 h 30 min, at 2026-03-01T13:30:00Z, and all tunnels with it";
        String failing = READY.replace("\"reasons\": []", "\"reasons\": [\"" + warning + "\"]");
        StatusCommand.print(printed.screen(), document(NotInForce.NOTHING, failing), NOW);
        assertThat(printed.out()).contains("shop/api  yes ").endsWith("\nshop/api is ready, but: " + warning + "\n");
    }

    @Test
    void aWorkloadWhoseCertificateIsRevokedIsNotWell() {
        Entry shutOut = new Entry(
                "shop/api",
                status(READY),
                null,
                new StatusCommand.Revoked(
                        "identity-1",
                        "its certificate is revoked by identity-1",
                        List.of("take it back: weft revoke undo identity-1")));
        assertThat(shutOut.well()).isFalse();
        Document document =
                new Document("default", "cluster.local", false, List.of(), List.of(), null, null, List.of(shutOut));
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out()).contains("shop/api  revoked  ").endsWith("""
                        shop/api: its certificate is revoked by identity-1
                          take it back: weft revoke undo identity-1
                        """);
    }

    @Test
    void saysThatWhatIsRevokedIsNotKnown() {
        Document document = document(new NotInForce(
                List.of(), Optional.empty(), RevokedLeaves.NONE, "the control plane does not answer (WEFT-L112)"));
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out())
                .startsWith("! what is revoked or not in force is not known: the control plane does not answer"
                        + " (WEFT-L112)\n");
    }

    @Test
    void fitsAHundredColumns() {
        Document document = new Document(
                "default",
                "cluster.local",
                true,
                List.of(),
                List.of(),
                null,
                null,
                List.of(new Entry("shop/api", status(READY), null, null)));
        StatusCommand.print(printed.screen(), document, NOW);
        assertThat(printed.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void saysThatThereIsNothingToShow() {
        StatusCommand.print(
                printed.screen(),
                new Document("default", "cluster.local", true, List.of(), List.of(), null, null, List.of()),
                NOW);
        assertThat(printed.out()).isEqualTo("mesh default has no meshed workload\n");
    }
}
