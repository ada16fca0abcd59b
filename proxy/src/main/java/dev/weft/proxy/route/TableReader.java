package dev.weft.proxy.route;

import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteMatch;
import dev.weft.policy.request.Ascii;
import dev.weft.policy.request.Token;
import dev.weft.policy.wire.UnknownFields;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads the routes of one destination. If any part is not understood, none of the routes are used. */
final class TableReader {
    private static final int MAX_CONDITIONS = 16;
    private static final int MAX_VALUE = 4096;

    private final RequestRoutes said;
    private final MatchIndex index = new MatchIndex();
    private final List<RouteRule> rules = new ArrayList<>();

    TableReader(RequestRoutes said) {
        this.said = said;
    }

    RequestTable read() {
        UnknownFields.refuse(
                "routes", said.toBuilder().clearMatches().clearRules().build());
        Checks.within("routes: matches", said.getMatchesCount(), 0, RequestTable.MAX_MATCHES);
        Checks.within("routes: rules", said.getRulesCount(), 0, RequestTable.MAX_RULES);
        said.getRulesList().forEach(rule -> rules.add(RuleReader.read(rule)));
        for (int i = 0; i < said.getMatchesCount(); i++) {
            add(i, said.getMatches(i));
        }
        Set<InetSocketAddress> addresses = new HashSet<>();
        for (RouteRule rule : rules) {
            rule.allBackends().map(Backend::address).filter(Objects::nonNull).forEach(addresses::add);
        }
        Checks.within("routes: addresses of backends", addresses.size(), 0, RequestTable.MAX_ADDRESSES);
        return new RequestTable(said, index, addresses);
    }

    private void add(int order, RouteMatch match) {
        UnknownFields.refuse(
                "match",
                match.toBuilder()
                        .clearRule()
                        .clearPath()
                        .clearMethod()
                        .clearHeaders()
                        .clearQuery()
                        .build());
        Checks.within("match: rule", match.getRule(), 0, rules.size() - 1);
        Checks.require(
                match.getMethod().isEmpty() || Token.is(match.getMethod()),
                "match: method",
                match.getMethod(),
                "a token");
        RouteRule rule = rules.get(match.getRule());
        List<String> prefix = match.hasPathPrefix() ? Paths.elements(match.getPathPrefix()) : List.of();
        Checks.require(
                match.hasPathPrefix() || !changesPrefix(rule),
                "match: path",
                "no prefix",
                "a prefix, as " + rule.name() + " changes it");
        MatchEntry entry = new MatchEntry(
                order,
                new Matched(rule, prefix.size()),
                match.getMethod(),
                conditions("header", match.getHeadersList(), true),
                conditions("parameter", match.getQueryList(), false));
        switch (match.getPathCase()) {
            case EXACT_PATH -> index.exact(Paths.normal(match.getExactPath()), entry);
            case PATH_PREFIX -> index.prefix(prefix, entry);
            case GRPC_METHOD -> {
                String method = match.getGrpcMethod();
                Checks.require(!method.isEmpty() && method.indexOf('/') < 0, "match: method of gRPC", method, "a name");
                index.grpcMethod(Paths.normal("/" + method).substring(1), entry);
            }
            case PATH_NOT_SET -> index.anyPath(entry);
        }
    }

    private static boolean changesPrefix(RouteRule rule) {
        return (rule.redirect() != null && rule.redirect().path() instanceof PathChange.Prefix)
                || rule.allBackends().anyMatch(backend -> backend.path() instanceof PathChange.Prefix);
    }

    private static List<Map.Entry<String, String>> conditions(String what, List<FieldMatch> fields, boolean header) {
        Checks.within("match: conditions of the kind " + what, fields.size(), 0, MAX_CONDITIONS);
        List<Map.Entry<String, String>> conditions = new ArrayList<>(fields.size());
        for (FieldMatch field : fields) {
            UnknownFields.refuse(
                    "match", field.toBuilder().clearName().clearValue().build());
            String name = field.getName();
            boolean sound = header ? Token.is(name) && Ascii.lowerCase(name).equals(name) : !name.isEmpty();
            Checks.require(
                    sound && name.length() <= MAX_VALUE,
                    "match: " + what,
                    name,
                    header ? "a token in lower case" : "a name");
            Checks.within(
                    "match: characters of " + what + " " + name,
                    field.getValue().length(),
                    0,
                    MAX_VALUE);
            conditions.add(Map.entry(name, field.getValue()));
        }
        return List.copyOf(conditions);
    }
}
