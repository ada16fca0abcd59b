package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import dev.weft.mesh.registry.Change;
import dev.weft.mesh.registry.Changes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the effect of a change in the registry's files. For example, a removed policy may admit more peers. */
final class ChangeLog {

    /** Most names of one kind in a log line. */
    private static final int MAX_NAMES = 10;

    /** Most errors that are logged after one change; the admin page has all errors. */
    private static final int MAX_ERRORS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);

    private ChangeLog() {}

    static void errors(Collection<FileError> before, Collection<FileError> now) {
        fresh(before, now).stream()
                .limit(MAX_ERRORS)
                .forEach(error -> LOG.atError()
                        .addKeyValue("file", error.file())
                        .addKeyValue("line", error.line())
                        .log("refused, what was valid of it before stays in force: {}", error.message()));
    }

    /** Returns the errors that were not there before. One that only moved to another line was there. */
    static List<FileError> fresh(Collection<FileError> before, Collection<FileError> now) {
        Map<FileError, Integer> known = new HashMap<>();
        before.forEach(error -> known.merge(anywhere(error), 1, Integer::sum));
        List<FileError> fresh = new ArrayList<>();
        for (FileError error : now) {
            if (known.merge(anywhere(error), -1, Integer::sum) < 0) {
                fresh.add(error);
            }
        }
        return fresh;
    }

    private static FileError anywhere(FileError error) {
        return new FileError(error.file(), 0, error.object(), error.reason());
    }

    /** Logs the objects that are no longer in force. */
    static void removed(Changes changes) {
        changes.byKind().forEach(ChangeLog::removed);
    }

    private static void removed(String kind, Change<?> change) {
        if (!change.removed().isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("kind", kind)
                    .addKeyValue("count", change.removed().size())
                    .log(
                            "no longer in the registry: {}",
                            change.removed().stream().limit(MAX_NAMES).toList());
        }
    }
}
