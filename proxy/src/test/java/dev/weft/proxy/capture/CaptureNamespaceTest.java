package dev.weft.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.capture.CaptureSettings.Datagrams;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads the rules into a network namespace of their own: the kernel is the judge of the script. */
final class CaptureNamespaceTest {

    @Test
    void kernelAcceptsTheRulesAgainAndAgainAndForgetsThem() throws Exception {
        CaptureSettings settings = CaptureSettings.standard()
                .skipping(List.of(22), List.of(53))
                .excluding(List.of("10.0.0.0/8", "fd00::/8"));
        String listing = Namespace.run("""
                set -e
                nft -f - <<'END'
                %1$sEND
                nft -f - <<'END'
                %1$sEND
                nft list ruleset
                nft -f - <<'END'
                %2$sEND
                nft -f - <<'END'
                %2$sEND
                echo left: $(nft list ruleset | wc -l)
                """.formatted(CaptureRules.install(settings), CaptureRules.remove()));
        assertThat(listing).containsOnlyOnce("chain outbound").contains("redirect to :15001", "left: 0");
    }

    @Test
    void refusesOutboundConnectionsWhileNoSidecarListens() throws Exception {
        String output = Namespace.run("""
                set -e
                ip link set lo up
                ip link add eth0 type veth peer name peer0
                ip addr add 10.9.0.2/24 dev eth0
                ip link set eth0 up
                ip link set peer0 up
                nft -f - <<'END'
                %sEND
                set +e
                timeout 5 bash -c 'exec 3<>/dev/tcp/10.9.0.99/80' 2>&1
                echo status $?
                """.formatted(CaptureRules.install(CaptureSettings.standard())));
        assertThat(output).contains("Connection refused", "status 1");
    }

    /** The application's end; those of the sidecar, and of ports that are left alone, go on. */
    @ParameterizedTest
    @ValueSource(strings = {"older", "tracked"})
    void endsConnectionsThatAreOlderThanTheRulesAndDidNotGoThroughTheSidecar(String task) throws Exception {
        assertThat(neighbours(task, CaptureSettings.standard().skipping(List.of(22), List.of(53))))
                .contains("before: application in lives", "before: application out lives")
                .contains("before: sidecar in lives", "before: skipped in lives")
                .contains("after: application in ended", "after: application out ended")
                .contains("after: sidecar in lives", "after: sidecar out lives")
                .contains("after: skipped in lives", "after: skipped out lives");
    }

    @Test
    void givesNothingToAnotherProgramOnTheSidecarsPorts() throws Exception {
        assertThat(neighbours("squatted", CaptureSettings.standard()))
                .contains("another IPv4 ECONNREFUSED", "another IPv6 ECONNREFUSED")
                .contains("sidecar IPv4 lives", "sidecar IPv6 lives");
    }

    @Test
    void connectsAgainFromAPortWhoseConnectionHasJustEnded() throws Exception {
        assertThat(neighbours("again", CaptureSettings.standard())).contains("first lives", "again lives");
    }

    @Test
    void refusesConnectionsThatAreBoundToAnInterface() throws Exception {
        assertThat(neighbours("bound", CaptureSettings.standard()))
                .contains("link-local ECONNREFUSED", "without a gateway ECONNREFUSED")
                .contains("IPv4 ECONNREFUSED", "IPv6 ECONNREFUSED")
                .doesNotContain("hangs")
                .startsWith("unbound lives")
                .endsWith("unbound lives\n");
    }

    @Test
    void leavesAloneWhatPassesThrough() throws Exception {
        assertThat(neighbours("forwarded", CaptureSettings.standard())).contains("forwarded lives", "own ECONNREFUSED");
    }

    @Test
    void dropsDatagramsThatNobodyAskedForButToDeclaredPorts() throws Exception {
        CaptureSettings settings = CaptureSettings.standard().skipping(List.of(22), List.of());
        assertThat(neighbours("datagrams", settings.admitting(Datagrams.of(true, List.of(53)))))
                .contains("before: undeclared lives")
                .contains("\ndeclared lives", "skipped lives", "answer lives", "tunnel lives")
                .contains("\nundeclared hangs", "older hangs");
        assertThat(neighbours("datagrams", settings.admitting(Datagrams.of(false, List.of()))))
                .contains("\nundeclared lives", "older lives", "answer lives", "tunnel lives");
    }

    @Test
    void takesQuestionsForNamesToTheSidecarAndToNobodyElse() throws Exception {
        CaptureSettings settings = CaptureSettings.standard()
                .answering(List.of(
                        InetAddress.ofLiteral("127.0.0.53"),
                        InetAddress.ofLiteral("10.9.0.53"),
                        InetAddress.ofLiteral("fd09::53")));
        assertThat(Namespace.script("names.py", "", settings))
                .contains("nobody UDP refused", "nobody TCP refused")
                .contains("another program UDP refused", "another program TCP refused")
                .contains("UDP 127.0.0.53 sidecar", "UDP 10.9.0.53 sidecar", "UDP fd09::53 sidecar")
                .contains("TCP 127.0.0.53 sidecar", "TCP 10.9.0.53 sidecar", "TCP fd09::53 sidecar")
                .contains("UDP other nothing", "UDP own nothing");
    }

    private static String neighbours(String task, CaptureSettings settings) throws Exception {
        return Namespace.script("neighbours.py", task, settings);
    }
}
