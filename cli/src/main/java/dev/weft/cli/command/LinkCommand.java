package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.link.MeshLinks;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code weft link}: makes workloads of two meshes reach each other. */
@Command(
        name = "link",
        description = "Link two meshes, so that workloads of one call those of the other.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft up a.yaml --mesh a --trust-domain a.example --detach",
            "  weft up b.yaml --mesh b --trust-domain b.example --detach",
            "  weft link a b",
            "  weft link a b -o json | jq -r '.meshes[].names[]'",
            "",
            "For root only. Linking again mends what is missing of a link, and keeps a trust domain disabled that is so.",
            "The link ends with either mesh; only tunnels cross it, and what the control planes tell each other."
        })
public final class LinkCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(index = "0", paramLabel = "MESH", description = "a mesh that is up.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "MESH", description = "another one.")
    private String second = "";

    @Mixin
    private OutputOption output = new OutputOption();

    public LinkCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        MeshHandle a = ChosenMesh.of(session.meshes(), Optional.of(first));
        MeshHandle b = ChosenMesh.of(session.meshes(), Optional.of(second));
        LinkDocument document = LinkDocument.of(new MeshLinks(Uid.own()).link(a, b));
        output.format().print(session.screen(), document, () -> document.print(session.screen()));
        return ExitCode.OK;
    }
}
