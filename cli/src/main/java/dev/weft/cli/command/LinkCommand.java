package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.link.ClusterLinkDocument;
import dev.weft.cli.link.ClusterLinks;
import dev.weft.cli.link.ClusterOverrides;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.link.MeshLinks;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft link}: links two meshes, so that workloads of one reach those of the other. */
@Command(
        name = "link",
        description = "Link two meshes, or two clusters: workloads of one call those of the other.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft up a.yaml --mesh a --trust-domain a.example --detach",
            "  weft up b.yaml --mesh b --trust-domain b.example --detach",
            "  weft link a b",
            "  weft link a b -o json | jq -r '.meshes[].names[]'",
            "  weft link east west --cluster                        # by contexts of kubectl",
            "  weft link east west --cluster --dry-run              # what it would write",
            "  weft link east west --cluster --address east=192.0.2.7:15012 --ranges east=10.8.0.0/16",
            "",
            "Between clusters no key and no token of an API goes: each is told the other's public anchors,",
            "addresses and ranges, in a TrustDomain object. Both control planes must reach each other.",
            "",
            "Meshes of this machine: for root only. Linking again mends what is missing of a link, and keeps a trust domain disabled that is so.",
            "The link ends with either mesh; only tunnels cross it, and what the control planes tell each other."
        })
public final class LinkCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(index = "0", paramLabel = "MESH", description = "a mesh that is up, or a context.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "MESH", description = "another one.")
    private String second = "";

    @Option(
            names = "--address",
            paramLabel = "CONTEXT=HOST:PORT",
            description = "where its control plane is reached. Default: by its Service weft-peering.")
    private Map<String, String> addresses = new HashMap<>();

    @Option(
            names = "--bundle-address",
            paramLabel = "CONTEXT=HOST:PORT",
            description = "with --address, where its trust bundle is. Default: there, on port 15013.")
    private Map<String, String> bundles = new HashMap<>();

    @Option(
            names = "--ranges",
            paramLabel = "CONTEXT=CIDR,...",
            description = "of its pods and Services. Default: as the cluster says.")
    private Map<String, String> ranges = new HashMap<>();

    @Option(names = "--dry-run", description = "print what clusters would be told; nothing is written")
    private boolean dryRun;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Times.class,
            description = "how long clusters may take to meet. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(30);

    @Mixin
    private ClusterLinkOptions clusters = new ClusterLinkOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    public LinkCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterOverrides said = new ClusterOverrides(addresses, bundles, ranges);
        if (clusters.isMeant(session)) {
            return linkClusters(said);
        }
        if (dryRun || !said.isNothing()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "--address, --bundle-address, --ranges and --dry-run are about clusters",
                    "say --cluster, or leave them away");
        }
        MeshHandle a = ChosenMesh.of(session.meshes(), Optional.of(first));
        MeshHandle b = ChosenMesh.of(session.meshes(), Optional.of(second));
        LinkDocument document = LinkDocument.of(new MeshLinks(Uid.own()).link(a, b));
        output.format().print(session.screen(), document, () -> document.print(session.screen()));
        return ExitCode.OK;
    }

    private int linkClusters(ClusterOverrides said) throws IOException {
        ClusterLinks links = clusters.between(session, first, second, said);
        if (dryRun) {
            session.screen().line(links.manifests().stripTrailing());
            return ExitCode.OK;
        }
        ClusterLinkDocument document = links.link(session.clock(), timeout);
        output.format().print(session.screen(), document, () -> document.print(session.screen()));
        return ExitCode.OK;
    }
}
