package dev.weft.policy.match;

import dev.weft.policy.model.HostPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of one path pattern. A few rules are tried in turn; many are looked up by method and host. */
final class Rules {

    /** Most rules that are tried in turn; beyond that a lookup is cheaper. */
    private static final int FEW = 8;

    private static final String ANY = "";
    /** Key for requests that name no host. No method or host equals it. */
    private static final String NO_HOST = " ";

    private final Rule[] sequential;
    private final @Nullable Map<String, Map<String, Rule[]>> byMethodAndHost;
    private final boolean wildcards;

    private Rules(List<Rule> rules) {
        List<Rule> sorted = new ArrayList<>(rules);
        sorted.sort(Comparator.comparingInt(Rule::policy));
        boolean few = sorted.size() <= FEW;
        sequential = few ? sorted.toArray(Rule[]::new) : new Rule[0];
        byMethodAndHost = few ? null : indexed(sorted);
        wildcards = sorted.stream().flatMap(rule -> rule.hosts().stream()).anyMatch(HostPattern::isWildcard);
    }

    static @Nullable Rules of(List<Rule> rules) {
        return rules.isEmpty() ? null : new Rules(rules);
    }

    private static Map<String, Map<String, Rule[]>> indexed(List<Rule> sorted) {
        Map<String, Map<String, List<Rule>>> lists = new HashMap<>();
        for (Rule rule : sorted) {
            for (String method : rule.methods().isEmpty() ? Set.of(ANY) : rule.methods()) {
                Map<String, List<Rule>> byHost = lists.computeIfAbsent(method, _ -> new HashMap<>());
                for (String host : hostKeys(rule)) {
                    byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(rule);
                }
            }
        }
        Map<String, Map<String, Rule[]>> arrays = new HashMap<>();
        lists.forEach((method, byHost) -> {
            Map<String, Rule[]> inner = new HashMap<>();
            byHost.forEach((host, rules) -> inner.put(host, rules.toArray(Rule[]::new)));
            arrays.put(method, inner);
        });
        return arrays;
    }

    private static List<String> hostKeys(Rule rule) {
        if (rule.hosts().isEmpty()) {
            return List.of(ANY);
        }
        List<String> keys = new ArrayList<>();
        rule.hosts().forEach(host -> keys.add(host.text()));
        if (rule.reading() == Strictness.WIDE) {
            keys.add(NO_HOST);
        }
        return keys;
    }

    void search(RuleSearch search) {
        for (Rule rule : sequential) {
            if (search.wants(rule.policy()) && rule.matches(search.request, search.method)) {
                search.found(rule.policy());
                if (!search.wantsLater()) {
                    return;
                }
            }
        }
        if (byMethodAndHost != null) {
            searchHosts(byMethodAndHost.get(search.method), search);
            searchHosts(byMethodAndHost.get(ANY), search);
        }
    }

    private void searchHosts(@Nullable Map<String, Rule[]> byHost, RuleSearch search) {
        if (byHost == null) {
            return;
        }
        String host = search.request.host();
        searchRest(byHost.get(ANY), search);
        searchRest(byHost.get(host.isEmpty() ? NO_HOST : host), search);
        if (wildcards) {
            for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
                if (dot > 0) {
                    searchRest(byHost.get("*" + host.substring(dot)), search);
                }
            }
        }
    }

    private static void searchRest(Rule @Nullable [] rules, RuleSearch search) {
        if (rules == null) {
            return;
        }
        for (Rule rule : rules) {
            if (!search.wants(rule.policy()) && !search.wantsLater()) {
                return;
            }
            if (search.wants(rule.policy()) && rule.restMatches(search.request)) {
                search.found(rule.policy());
            }
        }
    }
}
