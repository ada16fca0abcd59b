package dev.weft.cli.command;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "lint",
        description = "Find policies that change nothing, cannot work, or admit everyone.",
        footer = {
            "  weft policy lint shop.yaml                         # needs no running mesh",
            "  weft policy lint mesh/                             # all *.yaml and *.yml of a folder",
            "  weft policy lint --cluster                         # what the control plane of a cluster has",
            "",
            "Exits 0 when nothing is found, 1 when something is, 4 when a file has errors.",
            "docs/analyze.md explains each finding.",
        })
public final class PolicyLintCommand extends SessionCommand {

    @Mixin
    private CheckedObjectsOption objects = new CheckedObjectsOption();

    PolicyLintCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        return objects.judge(session, true);
    }
}
