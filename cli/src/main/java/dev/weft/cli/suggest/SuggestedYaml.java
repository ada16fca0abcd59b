package dev.weft.cli.suggest;

import dev.weft.cli.screen.Human;
import dev.weft.cli.suggest.Suggestion.Caller;
import dev.weft.cli.suggest.Suggestion.Refused;
import dev.weft.cli.suggest.Suggestion.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes suggestions as objects to apply, with comments that say from which calls each was made. */
public final class SuggestedYaml {

    /** The most names in a list of a comment. */
    private static final int MOST = 20;

    private final List<String> lines = new ArrayList<>();

    private SuggestedYaml() {}

    /** Returns the lines of the YAML text. */
    public static List<String> lines(List<Suggestion> suggestions) {
        SuggestedYaml yaml = new SuggestedYaml();
        if (suggestions.isEmpty()) {
            yaml.comment("No calls were seen, so no policy can be suggested.");
        }
        for (int i = 0; i < suggestions.size(); i++) {
            if (i > 0) {
                yaml.lines.add(suggestions.get(i).suggestsPolicy() ? "---" : "");
            }
            yaml.comments(suggestions.get(i));
            if (suggestions.get(i).suggestsPolicy()) {
                yaml.object(suggestions.get(i));
            }
        }
        return yaml.lines;
    }

    private void comments(Suggestion suggestion) {
        comment("Port " + suggestion.port() + " of " + some(suggestion.workloads()) + ": "
                + Human.count(sessions(suggestion.callers()), "session") + " of "
                + Human.count(suggestion.callers().size(), "proven caller") + " since " + suggestion.since() + ".");
        if (!suggestion.suggestsPolicy()) {
            comment("No policy is suggested: " + suggestion.why() + ".");
        }
        if (suggestion.suggestsPolicy()) {
            requests(suggestion);
        }
        for (Caller caller : first(suggestion.refusedNow())) {
            comment("Left out because present policies refuse it: " + caller.name() + ", "
                    + Human.count(caller.sessions(), "session") + " admitted before, the last at " + caller.last()
                    + ".");
        }
        for (Caller caller : first(suggestion.leftOut())) {
            comment("Left out because it proves no identity: " + caller.name() + ", "
                    + Human.count(caller.sessions(), "session") + ". A policy about identities refuses it.");
        }
        for (Refused refused : first(suggestion.refused())) {
            comment("Refused in this time: " + refused.name() + ", " + refused.count() + " times"
                    + (refused.code().isEmpty() ? "" : ", last by " + refused.code() + " " + refused.reason()));
        }
        if (!suggestion.tooOpen().isEmpty()) {
            comment("Too open: present policies allow " + some(suggestion.tooOpen()) + ", which did not call.");
        }
        if (suggestion.suggestsPolicy() && !suggestion.presentPolicies().isEmpty()) {
            comment("Policies that allow calls there now: " + some(suggestion.presentPolicies())
                    + ". What they allow stays allowed until they are removed.");
        }
        if (!suggestion.denied().isEmpty()) {
            comment("WOULD DENY CALLS THAT WERE SEEN: " + some(suggestion.denied()));
        } else if (suggestion.suggestsPolicy()) {
            comment("Checked: the sidecars' code would allow every one of these calls by the suggested policies.");
        }
    }

    private void requests(Suggestion suggestion) {
        Requests requests = suggestion.requests();
        if (requests.read() == 0) {
            comment("Requests: none was read at this port, so the policy is about connections. If it speaks HTTP,");
            comment("declare that on the port of its Service, and requests are read.");
            return;
        }
        comment("Requests: " + requests.read() + " read ("
                + String.join(", ", requests.protocols()) + ")"
                + (requests.unread().isEmpty() ? "" : ", and none of " + some(requests.unread())) + ".");
        comment("Methods and paths are not recorded, so the policy allows each request of these callers.");
        comment("To allow fewer, add 'to': 'weft top " + suggestion.workloads().getFirst()
                + " --routes' shows requests as they come.");
    }

    private void object(Suggestion suggestion) {
        lines.add("apiVersion: weft.dev/v1alpha1");
        lines.add("kind: AuthorizationPolicy");
        lines.add("metadata:");
        lines.add("  name: " + quoted(suggestion.policy()));
        lines.add("  namespace: " + quoted(suggestion.namespace()));
        lines.add("spec:");
        Map<String, String> labels = new TreeMap<>(suggestion.labels());
        if (!labels.isEmpty()) {
            lines.add("  workloads:");
            lines.add("    matchLabels:");
            labels.forEach((key, value) -> lines.add("      " + quoted(key) + ": " + quoted(value)));
        }
        lines.add("  ports: [" + suggestion.port() + "]");
        lines.add("  action: Allow");
        lines.add("  from:");
        for (Caller caller : suggestion.callers()) {
            lines.add("  - identity: " + quoted(caller.name()) + "  # " + Human.count(caller.sessions(), "session")
                    + ", last at " + caller.last());
        }
    }

    private static long sessions(List<Caller> callers) {
        return callers.stream().mapToLong(Caller::sessions).sum();
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(all.size(), MOST));
    }

    private static String some(List<String> names) {
        return String.join(", ", first(names)) + (names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "");
    }

    /** Adds a comment of one line, whatever characters the names of peers and policies have. */
    private void comment(String text) {
        StringBuilder line = new StringBuilder("# ");
        text.codePoints()
                .map(c -> Character.isISOControl(c) || c > '~' ? ' ' : c)
                .forEach(line::appendCodePoint);
        lines.add(line.toString().stripTrailing());
    }

    /** Quotes a name, label or SPIFFE ID; these have neither quotes nor backslashes. */
    private static String quoted(String text) {
        if (text.chars().anyMatch(c -> c == '"' || c == '\\' || c < ' ' || c > '~')) {
            throw new IllegalArgumentException("a name with '" + text + "' in it (expected: printable ASCII)");
        }
        return '"' + text + '"';
    }
}
