package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of a pod, whose sidecar has no capability and is known by its user: the kernel is the judge. */
final class CaptureByUserTest {

    private static final CaptureSettings POD = CaptureMain.settings(
            CaptureMain.FLAGS.parse(List.of("--skip-inbound-ports", "22", "--skip-outbound-ports=53"), Map.of()));

    @BeforeAll
    static void needsSeveralUsers() {
        assumeTrue(Namespace.ofRoot(), "only root may be several users");
    }

    /** With SYN cookies, what answers is no socket, and has no user. */
    @ParameterizedTest
    @ValueSource(strings = {"captured", "cookies"})
    void takesEveryUserButTheSidecarsToTheSidecar(String task) throws Exception {
        assertThat(Namespace.script("user.py", task, POD))
                .contains("application out IPv4 outbound", "application out IPv6 outbound", "root out outbound")
                .contains("skipped out lives", "sidecar out IPv4 lives", "sidecar out IPv6 lives")
                .contains("sidecar to application application", "application to itself application")
                .contains("application in inbound then ended", "tunnel in tunnel then ended")
                .contains("sidecar in inbound then ended", "skipped in application then ended");
    }

    @Test
    void givesNothingToAnotherUserOnTheSidecarsPorts() throws Exception {
        assertThat(Namespace.script("user.py", "squatted", POD))
                .contains("nobody out ECONNREFUSED")
                .contains("another out IPv4 hangs", "another out IPv6 hangs", "another tunnel hangs")
                .contains("sidecar out IPv4 outbound", "sidecar tunnel tunnel");
    }

    @Test
    void endsConnectionsThatAreOlderThanTheRules() throws Exception {
        assertThat(Namespace.script("user.py", "older", POD))
                .contains("before: application in lives", "before: application out lives")
                .contains("after: application in ended", "after: application out ended")
                .contains("after: skipped in lives", "after: skipped out lives");
    }

    @Test
    void initLoadsTheRulesAgainAndAgainAndSaysWhatIsMissing() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String output = Namespace.script(
                "user.py",
                "init",
                POD,
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.weft.proxy.capture.CaptureMain",
                "--skip-inbound-ports",
                "15020");
        String done = "returncode=0, stdout='weft-init: the rules are in force, in the table inet weft\\n', stderr='')";
        assertThat(output.lines().filter(line -> line.contains(done)))
                .hasSize(2)
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("first "),
                        again -> assertThat(again).startsWith("again "));
        assertThat(output).contains("redirect to :15001", "redirect to :15006", "tcp dport 15020 return");
        assertThat(output.lines().filter(line -> line.startsWith("unable ")).toList())
                .singleElement()
                .asString()
                .contains("returncode=1", "Operation not permitted", "NET_ADMIN");
    }
}
