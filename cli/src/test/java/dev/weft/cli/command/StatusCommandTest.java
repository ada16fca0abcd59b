package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.JoinToken;
import dev.weft.api.v1.Machine;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.cli.command.StatusCommand.Document;
import dev.weft.cli.command.StatusCommand.Entry;
import dev.weft.cli.mesh.LocalMesh;
import dev.weft.cli.mesh.MachineStatus;
import dev.weft.cli.mesh.MeshRef;
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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class StatusCommandTest {

    private static final MeshRef MESH = MeshRef.local(MeshName.DEFAULT);
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
                        new Entry("shop/batch", null, "sidecar of shop/batch does not answer: refused", null)),
                List.of(),
                "the control plane does not answer (WEFT-L112)");
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out()).isEqualTo("""
                ! shop.yaml:12: spec.serviceAcount: unknown field
                  the file's last valid state stays in force until this is corrected

                WORKLOAD    READY  IDENTITY                               CERT ENDS  POLICY        BUNDLE  CONTROL
                shop/api    yes    spiffe://cluster.local/ns/shop/sa/api  in 23h     3f2a91c07d5e  4       connected
                shop/web    no     -                                      none       -             -       away
                shop/batch  no     -                                      -          -             -       no answer
                shop/web is not ready: no certificate yet
                sidecar of shop/batch does not answer: refused

                ! it is not known which machines joined: the control plane does not answer (WEFT-L112)
                """);
    }

    @Test
    void saysWhichVersionsSidecarsHaveWhereNotAllHaveTheSame() {
        Document document = new Document(
                "default",
                "cluster.local",
                true,
                List.of(),
                List.of(),
                null,
                null,
                List.of(
                        new Entry("shop/api", status(versioned("0.1")), null, null),
                        new Entry("shop/db", status(versioned("0.1")), null, null),
                        new Entry("shop/web", status(versioned("0.2")), null, null)),
                List.of(),
                null);
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out()).endsWith("version 0.1: shop/api, shop/db\nversion 0.2: shop/web\n");
    }

    private static String versioned(String version) {
        return READY.replace("0.1.0", version);
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
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out()).startsWith("""
                ! shop.yaml:7: Revocation r: WEFT-C089: that is the issuer in use
                ! the issuer's files are not in use: WEFT-C082: tls.key: is not the key of certificate 1
                  what was in force before stays in force; 'weft check' says what to do

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
        return Document.of(
                new LocalMesh(mesh),
                List.of(),
                notInForce,
                List.of(new Entry("shop/api", status(api), null, null)),
                JoinedMachines.NONE);
    }

    @Test
    void saysOfASidecarThatIsReadyWhatWillBreakIt() {
        String warning =
                "WEFT-D022: the certificate ends in 1 h 30 min, at 2026-03-01T13:30:00Z, and all tunnels with it";
        String failing = READY.replace("\"reasons\": []", "\"reasons\": [\"" + warning + "\"]");
        StatusText.print(printed.screen(), document(NotInForce.NOTHING, failing), MESH, NOW, false);
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
        Document document = new Document(
                "default", "cluster.local", false, List.of(), List.of(), null, null, List.of(shutOut), List.of(), null);
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out()).contains("shop/api  revoked  ").endsWith("""
                        shop/api: its certificate is revoked by identity-1
                          take it back: weft revoke undo identity-1
                        """);
    }

    @Test
    void saysThatWhatIsRevokedIsNotKnown() {
        Document document = document(new NotInForce(
                List.of(),
                Optional.empty(),
                RevokedLeaves.NONE,
                Optional.of("the control plane does not answer (WEFT-L112)")));
        assertThat(document.well()).as("nobody knows").isFalse();
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out())
                .startsWith("! it is not known what is revoked or not in force: the control plane does not answer"
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
                List.of(new Entry("shop/api", status(READY), null, null)),
                List.of(),
                null);
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void saysThatThereIsNothingToShow() {
        StatusText.print(
                printed.screen(),
                new Document(
                        "default", "cluster.local", true, List.of(), List.of(), null, null, List.of(), List.of(), null),
                MESH,
                NOW,
                false);
        assertThat(printed.out()).isEqualTo("mesh default has no meshed workload\n");
    }

    /** A laptop that is switched off is no fault of the mesh. */
    @Test
    void showsTheMachinesThatJoined() {
        Machine.Builder machine = Machine.newBuilder()
                .setToken(JoinToken.newBuilder()
                        .setId("0123456789ab")
                        .setIdentity("spiffe://cluster.local/ns/shop/sa/laptop")
                        .setWorkload("shop/laptop"))
                .setCertificateEnds(NOW.getEpochSecond() + 3_600)
                .setRenewed(NOW.getEpochSecond() - 60)
                .setSerialNumber("a1b2")
                .setAddress("192.0.2.7")
                .addAddresses("192.0.2.7")
                .addAddresses("2001:db8::7")
                .setSince(NOW.getEpochSecond() - 120);
        RevocationInfo identity = RevocationInfo.newBuilder()
                .setId("identity-1")
                .setTrustDomain("cluster.local")
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId("spiffe://cluster.local/ns/shop/sa/laptop")
                                .setIssuedBefore(NOW.getEpochSecond())))
                .build();
        List<MachineStatus> machines = List.of(
                MachineStatus.of(machine.setConnected(true).build(), NOW, RevokedLeaves.NONE),
                MachineStatus.of(machine.setConnected(false).build(), NOW, RevokedLeaves.NONE),
                MachineStatus.of(machine.setRevoked(NOW.getEpochSecond() - 30).build(), NOW, RevokedLeaves.NONE),
                MachineStatus.of(machine.setRevoked(0).build(), NOW, new RevokedLeaves(List.of(identity), Map.of())));
        Document document = new Document(
                "default", "cluster.local", true, List.of(), List.of(), null, null, List.of(), machines, null);
        StatusText.print(printed.screen(), document, MESH, NOW, false);
        assertThat(printed.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "mesh default has no meshed workload",
                        "",
                        "MACHINE SIDECAR CERT ENDS ADDRESSES IDENTITY",
                        "shop/laptop joined 2m ago in 1h 192.0.2.7,2001:db8::7 spiffe://cluster.local/ns/shop/sa/laptop",
                        "shop/laptop left 2m ago in 1h 192.0.2.7,2001:db8::7 spiffe://cluster.local/ns/shop/sa/laptop",
                        "shop/laptop revoked in 1h 192.0.2.7,2001:db8::7 spiffe://cluster.local/ns/shop/sa/laptop",
                        "shop/laptop revoked in 1h 192.0.2.7,2001:db8::7 spiffe://cluster.local/ns/shop/sa/laptop",
                        "shop/laptop: this machine was revoked 30s ago: no workload accepts its connections any more",
                        " to come back, it needs a new join file: weft token create --workload shop/laptop --out join.yaml",
                        "shop/laptop: this machine was revoked by identity-1: no workload accepts its connections any more",
                        " to come back, it needs a new join file: weft token create --workload shop/laptop --out join.yaml");
    }
}
