package dev.weft.control.registry;

import dev.weft.mesh.registry.LoadError;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a change of the registry's files did: a policy that is gone may let somebody in. */
final class ChangeLog {

    /** Names of one kind that are said; more are counted. */
    private static final int MAX_NAMES = 10;

    /** Errors that are said after one change; the admin page has all. */
    private static final int MAX_ERRORS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);

    private ChangeLog() {}

    /** The errors that are new. */
    static void errors(Collection<LoadError> before, Collection<LoadError> now) {
        Set<LoadError> said = new HashSet<>(before);
        now.stream()
                .filter(Predicate.not(said::contains))
                .limit(MAX_ERRORS)
                .forEach(error -> LOG.atError()
                        .addKeyValue("file", error.file())
                        .addKeyValue("line", error.line())
                        .log("refused, the last valid state stays: {}", error.reason()));
    }

    /** The objects that count no longer, each as kind and name. */
    static void removed(Set<String> before, Set<String> now) {
        Map<String, TreeSet<String>> byKind = new TreeMap<>();
        for (String object : before) {
            if (!now.contains(object)) {
                int space = object.indexOf(' ');
                byKind.computeIfAbsent(object.substring(0, space), _ -> new TreeSet<>())
                        .add(object.substring(space + 1));
            }
        }
        byKind.forEach((kind, names) -> LOG.atWarn()
                .addKeyValue("kind", kind)
                .addKeyValue("count", names.size())
                .log(
                        "no longer in the registry: {}",
                        names.stream().limit(MAX_NAMES).toList()));
    }
}
