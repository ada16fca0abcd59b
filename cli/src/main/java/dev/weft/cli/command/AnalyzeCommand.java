package dev.weft.cli.command;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "analyze",
        description = "Find what is valid but has no effect, in mesh files or in a running mesh.",
        footer = {
            "  weft analyze shop.yaml                             # needs no running mesh",
            "  weft analyze workloads.yaml policies.yaml          # as one mesh",
            "  weft analyze mesh/                                 # all *.yaml and *.yml of a folder",
            "  weft analyze shop.yaml -o json | jq -r '.findings[].code'",
            "  weft analyze --cluster                             # what the control plane of a cluster has",
            "",
            "Exits 0 when nothing is found, 1 when something is, 4 when a file has errors.",
            "docs/analyze.md explains each finding.",
        })
public final class AnalyzeCommand extends SessionCommand {

    @Mixin
    private CheckedObjectsOption objects = new CheckedObjectsOption();

    public AnalyzeCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        return objects.judge(session, false);
    }
}
