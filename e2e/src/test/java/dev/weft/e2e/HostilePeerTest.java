package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Inside;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import dev.weft.local.supervisor.FileAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Peers that do not play by the rules, on the link and outside the mesh. curl's own HTTP/2 CONNECT is the client: with a right certificate it gets through, so that
 * each refusal below is due to the one thing that is wrong.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostilePeerTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/client";

    private Path directory;
    private Mesh mesh;
    private String web;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-hostile-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(file(""));
        web = mesh.address("shop/web");
        Eventually.within(
                SOON,
                () -> mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/")
                        .ok());
    }

    @AfterAll
    void down() throws Exception {
        mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/").ok();
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void aRightCertificateGetsThrough() throws Exception {
        Forger.Leaf leaf = Forger.withKeyOf(mesh).goodLeaf(directory, "good", WEB);
        assertThat(connect(leaf, web + ":8080").ok().out()).isEqualTo("hello from nginx\n");
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Instant now = Instant.now();
        Forger.Leaf leaf = Forger.withKeyOf(mesh)
                .leaf(
                        directory,
                        "expired",
                        WEB,
                        now.minus(Duration.ofHours(2)),
                        now.minus(Duration.ofHours(1)),
                        KeyUsage.digitalSignature);
        refused(connect(leaf, web + ":8080"));
    }

    @Test
    void anotherTrustDomainIsRefused() throws Exception {
        Forger.Leaf leaf = Forger.ofTrustDomain("other.example")
                .goodLeaf(directory, "other", "spiffe://other.example/ns/shop/sa/client");
        refused(connect(leaf, web + ":8080"));
    }

    @Test
    void aForeignCaThatClaimsOurTrustDomainIsRefused() throws Exception {
        Forger.Leaf leaf = Forger.ofTrustDomain("cluster.local").goodLeaf(directory, "claims", WEB);
        refused(connect(leaf, web + ":8080"));
    }

    @Test
    void ourIssuerCannotNameAnotherTrustDomain() throws Exception {
        Forger.Leaf leaf =
                Forger.withKeyOf(mesh).goodLeaf(directory, "constrained", "spiffe://other.example/ns/shop/sa/client");
        refused(connect(leaf, web + ":8080"));
    }

    @Test
    void aLeafWithoutDigitalSignatureIsRefused() throws Exception {
        Instant now = Instant.now();
        Forger.Leaf leaf = Forger.withKeyOf(mesh)
                .leaf(
                        directory,
                        "usage",
                        WEB,
                        now.minus(Duration.ofMinutes(1)),
                        now.plus(Duration.ofHours(1)),
                        KeyUsage.keyAgreement);
        refused(connect(leaf, web + ":8080"));
    }

    @Test
    void aConnectToAnotherAddressThanTheWorkloadsOwnIsRefused() throws Exception {
        Forger.Leaf leaf = Forger.withKeyOf(mesh).goodLeaf(directory, "foreign", WEB);
        Ran ran = connect(leaf, mesh.address("shop/outsider") + ":8080");
        assertThat(ran.failed().err()).contains("HTTP/2 400").contains("weft-reason");
        assertThat(connect(leaf, "127.0.0.1:15020").failed().err()).contains("HTTP/2 400");
    }

    /** Inside the first tunnel, a second one to the same sidecar would come from the workload's own address. */
    @Test
    void aTunnelInATunnelIsRefused() throws Exception {
        Forger.Leaf leaf = Forger.withKeyOf(mesh).goodLeaf(directory, "nested", WEB);
        for (int port : new int[] {15001, 15006, 15008, 15020}) {
            Ran ran = connect(leaf, web + ":" + port);
            assertThat(ran.failed().err()).contains("HTTP/2 400").contains("weft-code: WEFT-D001");
            mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/")
                    .ok();
        }
    }

    @Test
    void aProgramOfAWorkloadSeesNothingOfTheMeshsState() throws Exception {
        Path state = mesh.state();
        for (String secret : List.of(
                "control/issuer-key.pem",
                "control/operator.sock",
                "workloads/shop_web/proxy/token",
                "workloads/shop_web/proxy/admin.sock",
                "workloads/shop_inside/app.json")) {
            assertThat(state.resolve(secret)).exists();
            assertThat(Inside.run(mesh, "cat " + state.resolve(secret))).contains("No such file");
        }
        assertThat(Inside.run(mesh, "ls " + state)).isEqualTo("workloads\n");
        assertThat(Inside.run(mesh, "test -S ${SPIFFE_ENDPOINT_SOCKET#unix://} && echo own"))
                .isEqualTo("own\n");
        assertThat(Inside.run(mesh, "umount " + state.getParent() + " 2>&1 || echo refused"))
                .endsWith("refused\n");
        assertThat(Inside.run(mesh, "curl -sS -m 20 http://web.shop/")).isEqualTo("hello from nginx\n");
    }

    @Test
    void aProgramOfAWorkloadCannotEndASidecar() throws Exception {
        List<Long> sidecars = sidecars();
        assertThat(Inside.run(mesh, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("ProxyMain");
        // All that it may signal, itself among them: it is started again.
        mesh.exec("shop/inside", "sh", "-c", Inside.CALL, "-", "kill -KILL -1; kill -KILL " + sidecars.getFirst());
        Eventually.within(
                SOON,
                () -> assertThat(Inside.run(mesh, "curl -sS -m 20 http://web.shop/"))
                        .isEqualTo("hello from nginx\n"));
        assertThat(sidecars()).isEqualTo(sidecars);
    }

    @Test
    void programsAndSidecarsHaveUsersOfTheirOwnAndNoPrivileges() throws Exception {
        String program = Inside.run(mesh, "cat /proc/self/status");
        assertThat(program).containsPattern("Uid:\t18[0-9]{8}\t").containsPattern("CapBnd:\t0000000000000000\n");
        assertThat(program).containsPattern("CapEff:\t0000000000000000\n").containsPattern("NoNewPrivs:\t1\n");
        Set<String> users = new HashSet<>();
        for (long sidecar : sidecars()) {
            String status = Files.readString(Path.of("/proc/" + sidecar + "/status"));
            assertThat(status).as("net_admin, and nothing else").containsPattern("CapEff:\t0000000000001000\n");
            assertThat(status).containsPattern("CapBnd:\t0000000000001000\n").containsPattern("NoNewPrivs:\t1\n");
            users.add(status.lines()
                    .filter(line -> line.startsWith("Uid:"))
                    .findFirst()
                    .orElseThrow());
        }
        // Where a checkout is for its owner alone, sidecars run as its owner: decision 0040.
        if (FileAccess.byOthers(Mesh.weft())) {
            assertThat(users).hasSize(3).noneMatch(uid -> uid.startsWith("Uid:\t0\t"));
        }
    }

    @Test
    void aProgramOfAWorkloadReadsHealthAndMetricsOnly() throws Exception {
        for (String page : List.of("config", "connections", "certificate")) {
            assertThat(Inside.run(mesh, "curl -sS -m 20 -w '%{http_code}' http://127.0.0.1:15020/" + page))
                    .as(page)
                    .startsWith("for the operator: ")
                    .endsWith("403");
        }
        assertThat(Inside.run(mesh, "curl -sS -m 20 http://127.0.0.1:15020/ready"))
                .startsWith("ready");
    }

    private List<Long> sidecars() throws Exception {
        List<Long> pids = new ArrayList<>();
        for (String workload : List.of("shop/web", "shop/client", "shop/inside")) {
            pids.add(mesh.ps(workload).path("sidecar").path("pid").asLong());
        }
        return pids;
    }

    @Test
    void aTlsClientWithoutACertificateIsRefused() throws Exception {
        Ran ran = mesh.exec(
                "shop/outsider",
                "sh",
                "-c",
                "printf x | openssl s_client -connect " + web + ":15008 -alpn h2 -ign_eof 2>&1");
        assertThat(ran.out()).contains("alert").containsIgnoringCase("certificate required");
    }

    @Test
    void tls12IsRefused() throws Exception {
        Ran ran = mesh.exec(
                "shop/outsider",
                "sh",
                "-c",
                "openssl s_client -tls1_2 -connect " + web + ":15008 -alpn h2 </dev/null 2>&1");
        assertThat(ran.out()).contains("alert protocol version");
    }

    @Test
    void theHandshakeIsPostQuantumAndLeavesNothingToResume() throws Exception {
        Forger.Leaf leaf = Forger.withKeyOf(mesh).goodLeaf(directory, "ticket", WEB);
        String trace = connect(leaf, web + ":8080").ok().err();
        assertThat(trace).contains("X25519MLKEM768").contains("TLSv1.3").doesNotContain("added session");
    }

    @Test
    void theControlPlaneLeavesNothingToResumeEither() throws Exception {
        Ran ran = mesh.exec(
                "shop/outsider", "curl", "-skv", "--trace-config", "all", "-m", "10", "https://10.244.0.1:15012/");
        assertThat(ran.err()).contains("TLSv1.3").doesNotContain("added session");
    }

    @Test
    void plaintextToAStrictPortIsRefused() throws Exception {
        Ran ran = mesh.exec("shop/outsider", "curl", "-sS", "-m", "10", "http://" + web + ":8080/");
        assertThat(ran.failed().out()).isEmpty();
        assertThat(mesh.exec("shop/outsider", "curl", "-sS", "-m", "10", "http://web.shop/")
                        .failed()
                        .out())
                .isEmpty();
    }

    @Test
    void garbageOnTheTunnelPortIsClosedWithoutHarm() throws Exception {
        for (String garbage :
                new String[] {"GET / HTTP/1.1\\r\\n\\r\\n", "\\026\\003\\001\\377\\377\\001", "SSH-2.0-x\\r\\n"}) {
            closedOnTheTunnelPort("printf '" + garbage + "'");
        }
        closedOnTheTunnelPort("head -c 1000000 /dev/urandom");
        assertThat(mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/")
                        .ok()
                        .out())
                .isEqualTo("hello from nginx\n");
        assertThat(mesh.ps("shop/web").path("sidecar").path("restarts").asInt()).isZero();
    }

    /** What a program prints is sent; nc ends when the connection does, and has to be ended otherwise. */
    private void closedOnTheTunnelPort(String program) throws Exception {
        String send =
                program + " | timeout 60 nc -N -w 120 " + web + " 15008; test $? -le 1"; // 1: the connection was reset
        mesh.exec("shop/outsider", "sh", "-c", send).ok();
    }

    @Test
    void aConnectionThatIsBoundToAnInterfaceIsRefusedAndDoesNotHang() throws Exception {
        Ran ran = mesh.exec("shop/client", "curl", "-sS", "-m", "20", "--interface", "eth0", "http://web.shop/");
        assertThat(ran.failed().err()).contains("connect").doesNotContain("timed out");
        mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/").ok();
    }

    @Test
    void datagramsThatNobodyAskedForReachDeclaredPortsOnly() throws Exception {
        try (Running server = mesh.start("shop/web", "nc", "-u", "-l", "-k", "9999");
                Running peer = mesh.start("shop/outsider", "nc", "-u", web, "9999")) {
            Eventually.within(
                    SOON,
                    () -> mesh.exec("shop/web", "sh", "-c", "ss -Hluan sport = :9999 | grep -q .")
                            .ok());
            peer.type("closed\n");
            mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/")
                    .ok();
            mesh.write(file(", {port: 9999, protocol: UDP}"));
            Eventually.within(SOON, () -> {
                peer.type("open\n");
                assertThat(server.printed()).contains("open");
            });
            assertThat(server.printed()).doesNotContain("closed");
            assertThat(mesh.ps("shop/web").path("sidecar").path("restarts").asInt())
                    .isZero();
            assertThat(mesh.weft("check").out()).contains("shop/web (9999)");
        } finally {
            mesh.write(file(""));
        }
    }

    private String file(String morePorts) throws Exception {
        return Yaml.file(
                Yaml.idle("client"),
                Yaml.idle("outsider", "meshed: false"),
                Yaml.workload("inside", Inside.COMMAND, Inside.READY),
                Yaml.workload(
                        "web", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}" + morePorts + "]"),
                Yaml.service("web", 80, 8080));
    }

    private Ran connect(Forger.Leaf leaf, String destination) throws Exception {
        return mesh.exec(
                "shop/outsider",
                "curl",
                "-sSv",
                "--trace-config",
                "all",
                "-m",
                "30",
                "--proxy-http2",
                "-p",
                "-x",
                "https://" + web + ":15008",
                "--proxy-insecure",
                "--proxy-cert",
                leaf.chain().toString(),
                "--proxy-key",
                leaf.key().toString(),
                "http://" + destination + "/");
    }

    private static void refused(Ran ran) {
        assertThat(ran.failed().out()).as(ran::describe).isEmpty();
        assertThat(ran.err()).as("refused by TLS, not by a later layer").doesNotContain("weft-code");
    }
}
