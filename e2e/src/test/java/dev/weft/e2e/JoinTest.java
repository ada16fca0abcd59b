package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Outside;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** A machine outside of the mesh joins by a token, is a workload like others, and renews by its own certificate from then on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JoinTest {

    /** The first call to a machine was once seen to take longer than {@link #SOON}; why is not known. */
    private static final Duration REACHED = Duration.ofSeconds(90);

    private static final Duration SOON = Duration.ofSeconds(60);

    private Path directory;
    private Mesh mesh;
    private String web;
    private int number;

    /** Of each test's own: a folder, a machine and the workload that it is. */
    private Path own;

    private Path state;
    private Path join;
    private Outside machine;
    private String name;
    private String identity;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-join-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(file(""), "--leaf-lifetime", "1m");
        web = service("web");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @BeforeEach
    void linkAMachine() throws Exception {
        name = "laptop-" + ++number;
        identity = "spiffe://cluster.local/ns/shop/sa/" + name;
        own = Files.createDirectory(directory.resolve(name));
        state = own.resolve("state");
        join = own.resolve("join.yaml");
        machine = Outside.link(mesh, "machine" + number, "200." + number);
        mesh.write(file(laptop()));
        Eventually.within(SOON, () -> token().ok());
    }

    @AfterEach
    void unlinkIt() {
        machine.close();
    }

    private Ran token() throws Exception {
        return mesh.weft("token", "create", "--workload", "shop/" + name, "--out", join.toString());
    }

    /** The only one of these that is about this test's workload. */
    private JsonNode ofThisTest(JsonNode all) {
        List<JsonNode> found = all.valueStream()
                .filter(each -> each.path("workload").asString().equals("shop/" + name))
                .toList();
        assertThat(found).as("%s", all).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aMachineIsAWorkloadUntilItLeaves() throws Exception {
        try (Running _ =
                machine.start(Programs.find("python3"), "-m", "http.server", "9000", "--directory", own.toString())) {
            try (Running first = joiningWhilePlaintextIsOpen()) {
                reachesTheMeshAsItself();
                isShownAs("renewing", true);
                isReachedByMutualTls(first);
                knowsNamesAndIsKnownByName();
                obeysPolicy();
                refusesTheTokenAnotherTime();
                holdsNoKeyOfACa();
            }
            nothingLeavesInTheClearWhileItsSidecarIsGone();
            try (Running second = joining()) {
                reachesTheMeshAsItself();
                renewsWithoutAToken();
                second.process().destroy();
                assertThat(second.exit(SOON)).as(second.printed()).isNotZero();
                saysAllInWords(second);
            }
            assertThat(machine.run("nft", "list", "tables").ok().out()).isEmpty();
        }
    }

    @Test
    void aMachineThatIsRevokedOrWasOffForTooLongComesBackByANewToken() throws Exception {
        try (Running first = joining();
                Running session = machine.start("nc", web, "80")) {
            session.type("GET / HTTP/1.1\r\nHost: web\r\n\r\n");
            Eventually.within(SOON, () -> assertThat(session.printed()).contains("hello from nginx"));
            String id = ofThisTest(mesh.json("machine", "list")).path("id").asString();
            mesh.weft("machine", "revoke", id).ok();
            int _ = session.exit(SOON);
            isShownAs("revoked", false);
            for (String command : List.of("ps", "status")) {
                assertThat(mesh.weft(command).ok().out()).contains("shop/" + name + ": this machine was revoked");
            }
            Eventually.within(SOON, () -> assertThat(first.printed()).contains("this machine was revoked"));
            itsSidecarEndsWithIt(first);
        }
        refusedWith("WEFT-J003", "revoked");
        // One certificate lives for a minute: that of the first is off for the longest.
        Path away = own.resolve("away");
        Shell.run("cp", "-a", state.toString(), away.toString()).ok();

        newToken();
        try (Running second = joining()) {
            reachesTheMeshAsItself();
            itsSidecarEndsWithIt(second);
        }
        state = away;
        String ended =
                "while openssl x509 -checkend 0 -noout -in " + state.resolve("svid.pem") + "; do sleep 0.5; done";
        Shell.run("sh", "-c", ended).ok();
        refusedWith("WEFT-J003", "ended at");

        newToken();
        try (Running _ = joining()) {
            reachesTheMeshAsItself();
        }
    }

    /** The sidecar has 200 file descriptors, of which it keeps 50, and its program wants 300 connections. */
    @Test
    void withFewDescriptorsTheSidecarRefusesAtOnceAndGoesOn() throws Exception {
        Path crowd = Files.writeString(own.resolve("crowd.py"), CROWD);
        try (Running sidecar = joined("sh", "-c", "ulimit -n 200; exec \"$0\" \"$@\"")) {
            reachesTheMeshAsItself();
            Ran ran =
                    machine.run(Programs.find("python3"), crowd.toString(), web).ok();
            assertThat(ran.out()).containsPattern("answered [1-9][0-9]* reset [1-9][0-9]* silent 0 first again 200");
            Eventually.within(SOON, () -> curl().ok());
            Eventually.within(
                    SOON, () -> assertThat(sidecar.printed()).contains("may have 200 file descriptors", "WEFT-D017"));
            assertThat(sidecar.printed()).doesNotContain("tail of the pipeline");
        }
    }

    private static final String CROWD = """
            import socket, sys
            ask = b"GET / HTTP/1.1\\r\\nHost: web\\r\\n\\r\\n"
            open_, count = [], {"answered": 0, "reset": 0, "silent": 0}
            for _ in range(300):
                try:
                    s = socket.create_connection((sys.argv[1], 80), timeout=30)
                    s.sendall(ask)
                    answer = s.recv(4096)
                    count["answered" if answer else "reset"] += 1
                    if answer:
                        open_.append(s)
                except TimeoutError:
                    count["silent"] += 1
                except OSError:
                    count["reset"] += 1
            open_[0].sendall(ask)
            print(*(f"{k} {v}" for k, v in count.items()), "first again", open_[0].recv(4096).split()[1].decode())
            """;

    /** Killed, the command cannot end its sidecar. */
    private static void itsSidecarEndsWithIt(Running command) throws Exception {
        List<ProcessHandle> sidecars = command.process().descendants().toList();
        assertThat(sidecars).isNotEmpty();
        command.process().destroyForcibly().waitFor();
        Eventually.within(SOON, () -> assertThat(sidecars).noneMatch(ProcessHandle::isAlive));
    }

    private void refusedWith(String... words) throws Exception {
        Ran again = machine.run(
                Mesh.weft().toString(), "proxy", "join", join.toString(), "--capture", "--state", state.toString());
        assertThat(again.failed().err()).contains(words);
    }

    private void newToken() throws Exception {
        Files.delete(join);
        token().ok();
    }

    /** A sidecar that has joined. */
    private Running joining() throws Exception {
        return joined();
    }

    /** The same by a program that starts another, whose command line follows. */
    private Running joined(String... by) throws Exception {
        Running running = machine.start(Stream.concat(
                        Stream.of(by),
                        Stream.of(
                                Mesh.weft().toString(),
                                "proxy",
                                "join",
                                join.toString(),
                                "--capture",
                                "--state",
                                state.toString()))
                .toArray(String[]::new));
        Eventually.within(
                REACHED,
                () -> assertThat(running.printed())
                        .contains("joined as " + identity)
                        .contains("captured:"));
        return running;
    }

    /** A peer that connected in plaintext before the machine was captured does not go on after it. */
    private Running joiningWhilePlaintextIsOpen() throws Exception {
        machine.run(
                        "nft",
                        "table inet firewall { chain c { type filter hook input priority 0; ct state new counter; }; }")
                .ok();
        try (Running server = machine.start("nc", "-l", "9002");
                Running peer = openedBefore(server)) {
            Running sidecar = joining();
            peer.type("after\n");
            int _ = peer.exit(SOON); // it is reset
            assertThat(server.printed()).contains("before").doesNotContain("after");
            machine.run("nft", "delete", "table", "inet", "firewall").ok();
            return sidecar;
        }
    }

    private Running openedBefore(Running server) throws Exception {
        Eventually.within(
                SOON,
                () -> machine.run("sh", "-c", "ss -Hltn sport = :9002 | grep -q .")
                        .ok());
        Running peer = mesh.start("shop/outsider", "nc", machine.address(), "9002");
        peer.type("before\n");
        Eventually.within(SOON, () -> assertThat(server.printed()).contains("before"));
        return peer;
    }

    private void reachesTheMeshAsItself() throws Exception {
        Eventually.within(SOON, () -> assertThat(curl().ok().out()).isEqualTo("hello from nginx\n"));
        mesh.awaitLogged("shop/web", "\"" + identity + "\"");
    }

    private void isReachedByMutualTls(Running sidecar) throws Exception {
        try {
            Eventually.within(
                    REACHED,
                    () -> mesh.exec(
                                    "shop/client",
                                    "curl",
                                    "-sS",
                                    "-m",
                                    "5",
                                    "http://" + machine.address() + ":9000/join.yaml")
                            .ok());
        } catch (AssertionError e) {
            e.addSuppressed(new AssertionError(
                    mesh.weft("logs", "shop/client", "--sidecar").out() + sidecar.printed()));
            throw e;
        }
        Eventually.within(
                SOON, () -> assertThat(sidecar.printed()).contains("spiffe://cluster.local/ns/shop/sa/client"));
        try (Running _ = machine.start(Programs.find("python3"), "-m", "http.server", "9001")) {
            Eventually.within(
                    SOON,
                    () -> machine.run("curl", "-sS", "-m", "5", "http://" + machine.address() + ":9001/")
                            .ok());
            mesh.exec("shop/client", "curl", "-sS", "-m", "5", "http://" + machine.address() + ":9001/")
                    .failed();
            Eventually.within(SOON, () -> assertThat(sidecar.printed()).contains("WEFT-D023"));
        }
        Ran plain =
                mesh.exec("shop/outsider", "curl", "-sS", "-m", "5", "http://" + machine.address() + ":9000/join.yaml");
        assertThat(plain.failed().out()).isEmpty();
    }

    private void knowsNamesAndIsKnownByName() throws Exception {
        assertThat(machine.run("getent", "ahostsv4", "web.shop").ok().out()).startsWith(web);
        assertThat(machine.run("curl", "-sS", "-m", "20", "http://web.shop.svc.cluster.local/")
                        .ok()
                        .out())
                .isEqualTo("hello from nginx\n");
        // And not after a resolver's time-out.
        Eventually.takesLessThan(
                Duration.ofSeconds(4),
                () -> machine.run("getent", "hosts", "nosuch.shop.svc.cluster.local")
                        .failed()
                        .took());
        String host = name + ".shop.svc.cluster.local";
        assertThat(mesh.exec("shop/client", "dig", "+short", host).ok().out().strip())
                .isEqualTo(machine.address());
        mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://" + name + ".shop:9000/join.yaml")
                .ok();
    }

    private void obeysPolicy() throws Exception {
        mesh.write(file(laptop() + "---\n" + Yaml.policy("no-laptop", "Deny", "web", 8080, name)));
        Eventually.within(SOON, () -> curl().failed());
        mesh.exec("shop/client", "curl", "-sS", "-m", "20", "http://web.shop/").ok();
        mesh.write(file(laptop()));
        Eventually.within(SOON, () -> curl().ok());
    }

    private void refusesTheTokenAnotherTime() throws Exception {
        Ran again = machine.run(
                Mesh.weft().toString(), "proxy", "join", join.toString(), "--admin-address", "127.0.0.1:15021");
        assertThat(again.failed().err()).contains("WEFT-J003").contains("WEFT-C002");
        JsonNode token = ofThisTest(mesh.json("token", "list"));
        assertThat(token.path("state").asString()).isEqualTo("used");
        assertThat(token.path("usedFrom").asString()).isEqualTo(machine.address());
        assertThat(mesh.weft("token", "list").ok().out())
                .doesNotContain(tokenOf(Files.readString(join)))
                .contains("shop/" + name);
    }

    private static String tokenOf(String text) {
        return text.replaceAll("(?s).*\n  token: (\\S+)\n.*", "$1");
    }

    /** The sidecar's log too, which is JSON where it is written. */
    private static void saysAllInWords(Running command) {
        assertThat(command.printed().lines())
                .anyMatch(line -> line.startsWith("INFO session ended ") && line.contains("peerIdentity="))
                .noneMatch(line -> line.startsWith("{"));
    }

    private void holdsNoKeyOfACa() throws Exception {
        List<String> secret = Files.readAllLines(mesh.state().resolve("control").resolve("issuer-key.pem"));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(directory.resolve("nginx")))
                    .toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain(secret.get(1));
            }
        }
        assertThat(Shell.run("sh", "-c", "openssl x509 -in " + state.resolve("svid.pem") + " -noout -text")
                        .ok()
                        .out())
                .contains("CA:FALSE")
                .contains(identity);
    }

    private void nothingLeavesInTheClearWhileItsSidecarIsGone() throws Exception {
        assertThat(curl().failed().out()).isEmpty();
        try (Running another =
                machine.start("setpriv", "--reuid=65534", "--clear-groups", "nc", "-l", "-k", "127.0.0.1", "15001")) {
            Eventually.within(
                    SOON,
                    () -> machine.run("sh", "-c", "ss -Hltn sport = :15001 | grep -q .")
                            .ok());
            assertThat(curl().failed().out()).isEmpty();
            assertThat(another.printed()).isEmpty();
        }
        assertThat(machine.run("nft", "list", "tables").ok().out()).contains("weft");
    }

    private void renewsWithoutAToken() throws Exception {
        Eventually.within(REACHED, () -> {
            JsonNode listed = ofThisTest(mesh.json("machine", "list"));
            assertThat(listed.path("state").asString()).isEqualTo("renewing");
            assertThat(listed.path("renewals").asInt()).isPositive();
            assertThat(listed.path("address").asString()).isEqualTo(machine.address());
        });
        curl().ok();
    }

    private void isShownAs(String state, boolean connected) throws Exception {
        for (String command : List.of("ps", "status")) {
            Eventually.within(SOON, () -> {
                JsonNode shown = ofThisTest(mesh.json(command).path("machines"));
                assertThat(shown.path("identity").asString()).isEqualTo(identity);
                assertThat(shown.path("addresses").path(0).asString()).isEqualTo(machine.address());
                assertThat(shown.path("state").asString()).isEqualTo(state);
                assertThat(shown.path("connected").asBoolean()).isEqualTo(connected);
                assertThat(shown.path("since").asString()).isNotEmpty();
                assertThat(shown.path("certificateEnds").asString()).isNotEmpty();
            });
        }
    }

    private Ran curl() throws Exception {
        return machine.run("curl", "-sS", "-m", "20", "http://" + web + "/");
    }

    private String service(String name) throws Exception {
        for (JsonNode service : mesh.json("ps").path("services")) {
            if (service.path("name").asString().equals(name)) {
                return service.path("addresses").path(0).asString();
            }
        }
        throw new AssertionError("no service " + name);
    }

    private String laptop() {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %1$s, namespace: shop, labels: {app: %1$s}}
                spec:
                  serviceAccount: %1$s
                  addresses: [%2$s]
                  ports: [{name: http, port: 9000}]
                """.formatted(name, machine.address());
    }

    private String file(String more) throws Exception {
        return Yaml.file(
                        Yaml.idle("client"),
                        Yaml.idle("outsider", "meshed: false"),
                        Yaml.workload("web", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}]"),
                        Yaml.service("web", 80, 8080))
                + more;
    }
}
