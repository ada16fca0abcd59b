package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.local.inspect.NoSuchMeshException;
import dev.weft.local.launch.MeshStartException;
import dev.weft.local.link.LinkException;
import dev.weft.local.state.ForeignStateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Translates exceptions of the layers below into failures with a code. */
public final class FailureTranslation {

    private FailureTranslation() {}

    public static CommandFailure of(Exception e) {
        String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return switch (e) {
            case MeshStartException start ->
                CommandFailure.failed("WEFT-L121", what, details(start).toArray(String[]::new));
            case LinkException link ->
                CommandFailure.failed(link.code(), what, link.advice().toArray(String[]::new));
            case NoSuchMeshException missing -> CommandFailure.notFound("WEFT-L101", what, "see 'weft ps'");
            case ForeignStateException foreign ->
                CommandFailure.failed(
                        "WEFT-L116",
                        what,
                        "expected: a directory of yours that nobody else may write; 'chmod go-w' makes one of yours so,"
                                + " or WEFT_HOME names another");
            case IOException failed ->
                CommandFailure.failed("WEFT-L108", what, "see 'weft ps' and 'weft logs --events'");
            default -> FailurePrinter.unexpected(e);
        };
    }

    private static List<String> details(MeshStartException start) {
        List<String> lines = new ArrayList<>(start.details());
        if (start.kept()) {
            lines.add("the mesh was left as it is: examine it with 'weft ps', 'weft logs WORKLOAD', 'weft check';"
                    + " 'weft down' removes it");
        }
        return lines;
    }
}
