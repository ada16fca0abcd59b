package dev.weft.files.registry;

import dev.weft.files.yaml.FileError;
import dev.weft.mesh.registry.Change;
import dev.weft.mesh.registry.Changes;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
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
        Set<FileError> logged = new HashSet<>(before);
        now.stream()
                .filter(Predicate.not(logged::contains))
                .limit(MAX_ERRORS)
                .forEach(error -> LOG.atError()
                        .addKeyValue("file", error.file())
                        .addKeyValue("line", error.line())
                        .log("refused, the last valid state stays: {}", error.message()));
    }

    /** Logs the objects that are no longer in force. */
    static void removed(Changes changes) {
        removed("Workload", changes.workloads());
        removed("Service", changes.services());
        removed("AuthorizationPolicy", changes.policies());
        removed("Namespace", changes.namespaces());
        removed("TrustDomain", changes.trustDomains());
        removed("Revocation", changes.revocations());
        removed("RateLimit", changes.rateLimits());
        removed("EgressPolicy", changes.egress());
        removed("Route", changes.routes());
        removed("ReferenceGrant", changes.grants());
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
