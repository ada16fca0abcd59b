package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What TCP promises must hold through the mesh: order, ends, back-pressure, many, few, large, small, both families. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final long GIB = 1L << 30;
    private static final Duration FAIR = Duration.ofSeconds(2);
    /** The status with which curl says that it has waited for too long. */
    private static final int TIMED_OUT = 28;

    private Path directory;
    private Mesh mesh;
    private String checksum;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-transport-");
        Shell.run("chmod", "755", directory.toString()).ok();
        String nginx = Programs.nginx(directory, 8080);
        checksum = writeOneGib(directory.resolve("www/1g"));
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("web", nginx),
                Yaml.service("web", 80, 8080),
                Yaml.service("web6", 80, 8080, "ipFamilies: [IPv6]").replace("app: web6", "app: web"),
                Yaml.workload("count", "[python3, " + Programs.python(directory, "count.py") + ", \"9000\"]"),
                Yaml.service("count", 9000, 9000),
                Yaml.workload("farewell", "[python3, " + Programs.python(directory, "farewell.py") + ", \"9001\"]"),
                Yaml.service("farewell", 9001, 9001),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002)));
        Eventually.within(START, () -> curl("http://web.shop/").ok());
        for (String port : new String[] {"count.shop 9000", "farewell.shop 9001", "echo.shop 9002"}) {
            mesh.awaitAnswer("shop/client", port);
        }
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void theClientsEndReachesTheServerWhichThenStillAnswers() throws Exception {
        Ran ran = sh("head -c 300000 /dev/zero | nc -N -w 20 count.shop 9000");
        assertThat(ran.ok().out()).startsWith("300000 ");
    }

    @Test
    void theServersEndReachesTheClientWhichThenStillSends() throws Exception {
        Path heard = directory.resolve("heard");
        String afterTheEnd = "while ! grep -q bye " + heard + "; do :; done; echo and-yet";
        sh(": > " + heard + "; (" + afterTheEnd + ") | nc -N -w 20 farewell.shop 9001 > " + heard)
                .ok();
        Eventually.within(
                START,
                () -> assertThat(mesh.weft("logs", "shop/farewell").out()).contains("after my end: and-yet"));
    }

    @Test
    void aDownloadOfOneGibArrivesWhole() throws Exception {
        Ran ran = sh("curl -sS -m 200 http://web.shop/1g | sha256sum");
        assertThat(ran.ok().out()).startsWith(checksum);
    }

    @Test
    void anUploadArrivesWhole() throws Exception {
        Ran ran = sh("head -c 100000000 " + directory.resolve("www/1g") + " | tee >(sha256sum > "
                + directory.resolve("sum") + ") | nc -N -w 60 count.shop 9000");
        String expected = Files.readString(directory.resolve("sum")).substring(0, 64);
        assertThat(ran.ok().out()).isEqualTo("100000000 " + expected + "\n");
    }

    @Test
    void aThousandIdleConnectionsStayAlive() throws Exception {
        Path program = Programs.python(directory, "idle.py");
        try (Running idle = mesh.start("shop/client", "python3", program.toString(), "echo.shop", "9002", "1000")) {
            Eventually.within(
                    Duration.ofMinutes(2), () -> assertThat(idle.printed()).contains("open 1000"));
            idle.type("go on\n");
            assertThat(idle.exit(Duration.ofMinutes(2))).as(idle.printed()).isZero();
            assertThat(idle.printed()).contains("alive 1000");
        }
    }

    @Test
    void twoHundredShortConnectionsASecondAllSucceed() throws Exception {
        Path program = Programs.python(directory, "rate.py");
        Ran ran = mesh.exec("shop/client", "python3", program.toString(), "echo.shop", "9002", "200", "5");
        assertThat(ran.ok().out()).contains("connections 1000 failed 0 ");
    }

    @Test
    void aSlowReaderCostsBoundedMemoryAndStopsNobodyElse() throws Exception {
        Path program = Programs.python(directory, "slow.py");
        long client = mesh.ps("shop/client").path("sidecar").path("pid").asLong();
        long server = mesh.ps("shop/web").path("sidecar").path("pid").asLong();
        curl("http://web.shop/").ok();
        long before = Mesh.residentKib(client) + Mesh.residentKib(server);
        try (Running slow = mesh.start("shop/client", "python3", program.toString(), "web.shop", "80", "/1g")) {
            Eventually.within(START, () -> assertThat(slow.printed()).contains("waiting"));
            for (int i = 0; i < 20; i++) {
                curl("http://web.shop/").ok();
            }
            long after = Mesh.residentKib(client) + Mesh.residentKib(server);
            assertThat(after - before).as("KiB of both sidecars").isLessThan(64 * 1024);
            slow.type("go on\n");
            assertThat(slow.exit(Duration.ofMinutes(3))).as(slow.printed()).isZero();
            long read = Long.parseLong(slow.printed().replaceAll("(?s).*read ([0-9]+).*", "$1"));
            assertThat(read).isBetween(GIB, GIB + 1000);
        }
    }

    /** All sessions of a pair share tunnels: a starved one would wait for the download's end, half a minute, or for ever. */
    @Test
    void aBulkTransferDoesNotStarveSmallRequestsOfTheSamePair() throws Exception {
        Path program = Programs.python(directory, "fair.py");
        Eventually.takesLessThan(FAIR, () -> slowestBesideADownload(program));
    }

    /** All but one in a hundred are faster. */
    private Duration slowestBesideADownload(Path program) throws Exception {
        Ran ran = mesh.exec("shop/client", "python3", program.toString(), "web.shop", "80", "/1g", "200");
        Matcher result = Pattern.compile("requests (\\d+) beside (\\d+) p50 ([0-9.]+) p99 ([0-9.]+) bulk (\\d+)")
                .matcher(ran.ok().out());
        assertThat(result.find()).as(ran::describe).isTrue();
        assertThat(Integer.parseInt(result.group(2)))
                .as("requests while the download went on: %s", ran.out())
                .isGreaterThanOrEqualTo(20);
        assertThat(Long.parseLong(result.group(5)))
                .as("bytes of the download: %s", ran.out())
                .isGreaterThan(16L << 20);
        return Duration.ofMillis((long) (1000 * Double.parseDouble(result.group(4))));
    }

    @Test
    void ipv6WorksByServiceAndByAddress() throws Exception {
        assertThat(curl("http://web6.shop/").ok().out()).isEqualTo("hello from nginx\n");
        assertThat(curl("http://[" + mesh.address6("shop/web") + "]:8080/").ok().out())
                .isEqualTo("hello from nginx\n");
    }

    @Test
    void aPortWithoutAServerResetsTheCaller() throws Exception {
        Ran ran = curl("http://" + mesh.address("shop/web") + ":9999/");
        assertThat(ran.failed().exit()).as(ran::describe).isNotEqualTo(TIMED_OUT);
    }

    private Ran curl(String url) throws Exception {
        return mesh.exec("shop/client", "curl", "-sS", "-m", "30", "-g", url);
    }

    private Ran sh(String script) throws Exception {
        return mesh.exec("shop/client", "bash", "-c", script);
    }

    private static String writeOneGib(Path file) throws Exception {
        byte[] block = new byte[1 << 20];
        Random random = new Random(1);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 1024; i++) {
                random.nextBytes(block);
                digest.update(block);
                out.write(block);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
