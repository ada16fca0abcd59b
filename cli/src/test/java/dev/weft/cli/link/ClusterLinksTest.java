package dev.weft.cli.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.LinkCommand;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.UnlinkCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Two real control planes, and a program that is kubectl as far as a link needs one. */
final class ClusterLinksTest {

    private final Printed printed = new Printed();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private TwoContexts contexts;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane east;

    @SuppressWarnings("NullAway.Init")
    private ControlPlane west;

    private Clock clock = Clock.systemUTC();

    @BeforeEach
    void start() throws IOException {
        contexts = new TwoContexts(directory);
        east = plane("east", "10.8.0.1");
        west = plane("west", "10.9.0.1");
        contexts.service("east", east.port(), east.bundleEndpointPort().orElseThrow());
        contexts.service("west", west.port(), west.bundleEndpointPort().orElseThrow());
        contexts.networks("east", "10.8.0.0/24 10.8.1.0/24", "10.98.0.0/16");
        contexts.networks("west", "10.9.0.0/24", "10.99.0.0/16");
    }

    @AfterEach
    void end() {
        east.close();
        west.close();
    }

    private ControlPlane plane(String context, String pod) throws IOException {
        Files.writeString(contexts.registry(context).resolve("pods.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop}
            spec: {addresses: ["%s"], ports: [{port: 80}]}
            """.formatted(pod));
        return Planes.start(
                contexts.registry(context),
                contexts.state(context),
                Clock.systemUTC(),
                "--trust-domain",
                context + ".example",
                "--bundle-endpoint",
                "127.0.0.1:0",
                "--bundle-refresh-hint",
                "5s");
    }

    private int run(Function<Session, Callable<Integer>> command, String... arguments) throws IOException {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(directory.resolve("meshes"), false)),
                clock,
                Map.of("WEFT_KUBECTL", contexts.kubectl().toString(), "WEFT_CLUSTER", "true"));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(command.apply(session))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
    }

    private int link(String... arguments) throws IOException {
        return run(LinkCommand::new, arguments);
    }

    @Test
    void eachClusterIsToldOfTheOtherAndTheyMeet() throws Exception {
        assertThat(link("east", "west")).as(printed.err()).isEqualTo(ExitCode.OK);
        assertThat(printed.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .contains(
                        "✓ clusters east and west are linked",
                        "east east.example west 1 0 10.8.0.0/23 10.98.0.0/16",
                        "west west.example east 1 0 10.9.0.0/24 10.99.0.0/16",
                        "undo weft unlink east west --cluster");
        String ofWest = contexts.object("east", "west.example");
        assertThat(ofWest)
                .contains(
                        "app.kubernetes.io/managed-by: weft-link",
                        "127.0.0.1:" + west.port(),
                        "https://127.0.0.1:" + west.bundleEndpointPort().orElseThrow() + "/",
                        "spiffe://west.example/ns/weft-system/sa/weft-control",
                        "BEGIN CERTIFICATE")
                .doesNotContain("state:", "PRIVATE");
        assertThat(contexts.object("west", "east.example")).contains("10.8.0.0/23", "10.98.0.0/16");
        assertThat(contexts.asked())
                .contains("--server-side", "--field-manager=weft-link")
                .doesNotContain("secret");

        assertThat(run(UnlinkCommand::new, "east", "west")).isEqualTo(ExitCode.OK);
        assertThat(contexts.object("east", "west.example")).isEmpty();
        assertThat(contexts.object("west", "east.example")).isEmpty();
        assertThat(run(UnlinkCommand::new, "east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L367");
    }

    @Test
    void aDryRunPrintsWhatEachWouldBeToldAndWritesNothing() throws Exception {
        assertThat(link("east", "west", "--dry-run")).as(printed.err()).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .startsWith("# for cluster east\napiVersion: weft.dev/v1alpha1\nkind: TrustDomain\n")
                .contains("name: west.example", "---\n# for cluster west\n", "name: east.example");
        assertThat(contexts.asked()).doesNotContain(" apply ");
        assertThat(contexts.object("east", "west.example")).isEmpty();
    }

    @Test
    void saysWhoDoesNotReachWhom() throws Exception {
        clock = new TimeIsUp(contexts);
        assertThat(link("east", "west", "--address", "west=127.0.0.1:1")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("WEFT-L365", "east does not reach the control plane of west at 127.0.0.1:1: no connection")
                .contains("east has not fetched the trust bundle of west from https://127.0.0.1:15013/: ")
                .doesNotContain("west does not reach", "west has not");
    }

    @Test
    void whatAClusterHasDisabledStaysSo() throws Exception {
        contexts.write(
                "east", "west.example", contexts.linkedTo("west") + "  state: Disabled\n  reason: it was stolen\n");
        contexts.keepsState("east");
        assertThat(link("east", "west")).as(printed.err()).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("none: disabled", "west.example is disabled in east", "weft trust enable west.example");
        assertThat(run(UnlinkCommand::new, "east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L366", "it is disabled, and another link would let it in");
        assertThat(contexts.object("east", "west.example")).contains("Disabled");
        assertThat(contexts.object("west", "east.example"))
                .as("nothing of the link is taken away")
                .isNotEmpty();
    }

    @Test
    void anObjectThatNoLinkWroteIsNotTakenAway() throws Exception {
        contexts.write("east", "west.example", """
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: west.example}
            spec: {}
            """);
        String before = contexts.object("east", "west.example");
        assertThat(run(UnlinkCommand::new, "east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L366", "no link wrote it");
        assertThat(contexts.object("east", "west.example")).isEqualTo(before);

        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(contexts.object("east", "west.example")).isEqualTo(before);
        assertThat(contexts.asked()).doesNotContain(" apply ", " delete ");
    }

    @Test
    void aLinkWithAnotherClusterOfTheSameTrustDomainIsNotReplaced() throws Exception {
        String before = contexts.linkedTo("east");
        contexts.write("east", "west.example", before);
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L368", "not those of cluster west", "weft unlink east west --cluster");
        assertThat(contexts.object("east", "west.example")).isEqualTo(before);
        assertThat(contexts.asked()).doesNotContain(" apply ");
    }

    @Test
    void aLinkIsMadeAgainWithOtherRanges() throws Exception {
        assertThat(link("east", "west")).as(printed.err()).isEqualTo(ExitCode.OK);
        assertThat(link("east", "west", "--ranges", "west=10.9.0.0/16"))
                .as(printed.err())
                .isEqualTo(ExitCode.OK);
        assertThat(contexts.object("east", "west.example")).contains("10.9.0.0/16");
    }

    @Test
    void nothingIsWrittenWhereOneOfTheTwoDoesNotTakeIt() throws Exception {
        contexts.refuses("west");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L366", "in cluster west is left as it is", "conflict with manager");
        assertThat(contexts.object("east", "west.example")).isEmpty();
    }

    @Test
    void halfALinkIsTakenBack() throws Exception {
        contexts.isFull("west");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L366", "exceeded quota", "written to cluster east is removed again");
        assertThat(contexts.object("east", "west.example")).isEmpty();
    }

    @Test
    void saysWhatIsLeftOfHalfALink() throws Exception {
        contexts.isFull("west");
        contexts.keepsAll("east");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("WEFT-L366", "cluster east has TrustDomain west.example", "weft unlink east west --cluster");
        assertThat(contexts.object("east", "west.example")).isNotEmpty();
    }

    @Test
    void aLinkThatWasThereIsNotTakenBack() throws Exception {
        contexts.write("east", "west.example", contexts.linkedTo("west"));
        contexts.isFull("west");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L366", "cluster east has TrustDomain west.example");
        assertThat(contexts.object("east", "west.example")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.8.128.0/17 | 10.99.0.0/16 | WEFT-L362 | 10.8.0.0/16 and 10.8.128.0/17",
                "10.9.0.0/24 | 10.0.0.0/8 | WEFT-L362 | 10.8.0.0/16 and 10.0.0.0/8",
                "'' | 10.99.0.0/16 | WEFT-L363 | pods of cluster west",
            })
    void refusesAddressesThatWouldNotSayInWhichClusterTheyAre(String pods, String services, String code, String what)
            throws Exception {
        contexts.networks("west", pods, services);
        contexts.wholeCluster("east", "10.8.0.0/16");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains(code, what);
        assertThat(contexts.asked()).doesNotContain(" apply ");
    }

    @Test
    void moreRangesThanAnObjectHasAreToBeSaid() throws Exception {
        contexts.networks(
                "west",
                IntStream.range(0, 65)
                        .mapToObj(node -> "10.9." + 2 * node + ".0/24")
                        .collect(Collectors.joining(" ")),
                "");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L363", "65 ranges (expected: at most 64)");
    }

    @ParameterizedTest
    @CsvSource({
        "east east, WEFT-L360",
        "east west --ranges north=10.0.0.0/8, WEFT-L100",
        "east west --ranges east=10.0.0.1/8, WEFT-L100",
        "east west --address east=nowhere, WEFT-L100",
        "east west --bundle-address east=127.0.0.1:15013, WEFT-L100"
    })
    void refusesWhatCannotBeMeant(String arguments, String code) throws Exception {
        assertThat(link(arguments.split(" ", -1))).isNotEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains(code);
    }

    @Test
    void saysWhatToDoWhereTheControlPlaneIsNotReachedFromOutside() throws Exception {
        contexts.service("west", "");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L364", "weft upgrade --context west --peering LoadBalancer");
    }

    @Test
    void twoClustersOfOneTrustDomainAreNotLinked() throws Exception {
        contexts.sameState("west", "east");
        assertThat(link("east", "west")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-L361", "both trust domain east.example");
    }
}
