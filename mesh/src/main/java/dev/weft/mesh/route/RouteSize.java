package dev.weft.mesh.route;

import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the size of a route in a message, in characters: the length of each text, and some more for what surrounds
 * it.
 */
final class RouteSize {

    /** Estimate for the tags, lengths and numbers around a text. */
    private static final int AROUND = 16;

    private RouteSize() {}

    static int of(Route route) {
        return route.rules().stream().mapToInt(RouteSize::of).sum();
    }

    private static int of(Rule rule) {
        return rule.matches().stream().mapToInt(RouteSize::of).sum()
                + rule.allBackends().mapToInt(RouteSize::of).sum()
                + of(rule.changes())
                + rule.redirect()
                        .map(redirect -> text(redirect.hostname()) + of(redirect.path()))
                        .orElse(0)
                + AROUND * 4;
    }

    private static int of(Match match) {
        return path(match.path()) + text(match.method()) + fields(match.headers()) + fields(match.query());
    }

    private static int fields(Collection<Match.Field> fields) {
        return fields.stream()
                .mapToInt(field -> text(field.name()) + text(field.value()))
                .sum();
    }

    private static int path(Match.PathMatch path) {
        return switch (path) {
            case Match.PathMatch.Any _ -> AROUND;
            case Match.PathMatch.Exact(String exact) -> text(exact);
            case Match.PathMatch.Prefix(String prefix) -> text(prefix);
            case Match.PathMatch.GrpcMethod(String method) -> text(method);
        };
    }

    private static int of(Backend backend) {
        return text(backend.service().namespace())
                + text(backend.service().name())
                + AROUND * 4
                + of(backend.changes());
    }

    private static int of(HeadChanges changes) {
        return changes(changes.request()) + changes(changes.response()) + text(changes.hostname()) + of(changes.path());
    }

    private static int changes(Collection<HeadChanges.FieldChange> changes) {
        return changes.stream()
                .mapToInt(change -> switch (change) {
                    case HeadChanges.FieldChange.Set(String name, String value) -> text(name) + text(value);
                    case HeadChanges.FieldChange.Add(String name, String value) -> text(name) + text(value);
                    case HeadChanges.FieldChange.Remove(String name) -> text(name);
                })
                .sum();
    }

    private static int of(Optional<HeadChanges.PathChange> change) {
        return change.map(path -> switch (path) {
                    case HeadChanges.PathChange.Full(String full) -> text(full);
                    case HeadChanges.PathChange.Prefix(String prefix) -> text(prefix);
                })
                .orElse(0);
    }

    private static int text(@Nullable String text) {
        return text == null ? 0 : text.length() + AROUND;
    }
}
