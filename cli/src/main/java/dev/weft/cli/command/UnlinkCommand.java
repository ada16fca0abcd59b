package dev.weft.cli.command;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.link.ClusterOverrides;
import dev.weft.cli.mesh.ChosenMesh;
import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.link.MeshLinks;
import dev.weft.local.state.Uid;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "unlink",
        description = "Remove the link between two meshes, or two clusters.",
        footer = {"  weft unlink a b", "  weft unlink east west --cluster     # names are kubectl contexts"})
public final class UnlinkCommand extends SessionCommand {

    @Parameters(index = "0", paramLabel = "MESH", description = "a mesh that is up, or a kubectl context.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "MESH", description = "the other mesh, or the other context.")
    private String second = "";

    @Mixin
    private ClusterLinkOptions clusters = new ClusterLinkOptions();

    public UnlinkCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (clusters.isMeant(session)) {
            clusters.between(session, first, second, ClusterOverrides.NOTHING).unlink();
            session.screen().note("clusters " + first + " and " + second + " are no longer linked");
            return ExitCode.OK;
        }
        MeshHandle a = ChosenMesh.of(session.meshes(), Optional.of(first));
        MeshHandle b = ChosenMesh.of(session.meshes(), Optional.of(second));
        new MeshLinks(Uid.own()).unlink(a, b);
        session.screen().note("meshes " + a.name() + " and " + b.name() + " are no longer linked");
        return ExitCode.OK;
    }
}
