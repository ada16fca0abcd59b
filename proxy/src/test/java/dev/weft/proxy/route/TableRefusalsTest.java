package dev.weft.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteMirror;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One thing that is odd, and nothing of the routes is used. */
class TableRefusalsTest {
    /** Field 50, two bytes of content. */
    private static final ByteString UNKNOWN = ByteString.copyFrom(new byte[] {(byte) 0x92, 3, 2, 1, 2});

    private static void refused(RequestRoutes.Builder routes, String reason) {
        assertThatThrownBy(() -> RequestTable.fromProto(routes.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private static void refused(RouteMatch.Builder match, String reason) {
        refused(RequestRoutes.newBuilder().addRules(RouteRule.newBuilder()).addMatches(match), reason);
    }

    private static void refused(RouteRule.Builder rule, String reason) {
        refused(RequestRoutes.newBuilder().addRules(rule).addMatches(RouteMatch.newBuilder()), reason);
    }

    private static void refused(RouteBackend.Builder backend, String reason) {
        refused(RouteRule.newBuilder().addBackends(backend), reason);
    }

    private static void refused(RouteChanges.Builder changes, String reason) {
        refused(backend().setChanges(changes), reason);
        refused(RouteRule.newBuilder().addBackends(backend()).setChanges(changes), reason);
    }

    private static RouteBackend.Builder backend() {
        return RouteBackend.newBuilder().setAddress("10.0.0.1:80").setWeight(1);
    }

    private static FieldChange.Builder set(String name, String value) {
        return FieldChange.newBuilder()
                .setKind(FieldChange.Kind.SET)
                .setName(name)
                .setValue(value);
    }

    @Test
    void whatIsSoundIsRead() {
        RequestRoutes.Builder routes = RequestRoutes.newBuilder()
                .addRules(RouteRule.newBuilder().addBackends(backend()))
                .addMatches(RouteMatch.newBuilder());
        RequestTable table = RequestTable.fromProto(routes.build());
        assertThat(table.addresses()).hasSize(1);
        assertThat(RequestTable.fromProto(RequestRoutes.newBuilder()
                                .addRules(mirroring(1))
                                .build())
                        .addresses())
                .as("that of a mirror")
                .hasSize(1);
        assertThat(table).isEqualTo(RequestTable.fromProto(routes.build()));
        assertThat(table)
                .isNotEqualTo(RequestTable.fromProto(routes.clearMatches().build()));
    }

    private static RouteRule.Builder mirroring(int share) {
        return RouteRule.newBuilder()
                .addMirrors(RouteMirror.newBuilder().setBackend(backend()).setShareMillionths(share));
    }

    @Test
    void mirrorsAreReadStrictly() {
        refused(mirroring(1_000_001), "mirror: millionths: 1000001");
        refused(mirroring(-1), "mirror: millionths");
        RouteRule.Builder many = RouteRule.newBuilder();
        IntStream.rangeClosed(0, dev.weft.proxy.route.RouteRule.MAX_MIRRORS)
                .forEach(_ -> many.addAllMirrors(mirroring(1).getMirrorsList()));
        refused(many, "mirrors: 17");
        refused(
                RouteRule.newBuilder()
                        .addMirrors(RouteMirror.newBuilder()
                                .setBackend(backend()
                                        .setChanges(RouteChanges.newBuilder().setPrefix("/x")))),
                "a prefix");
    }

    @Test
    void moreThanTheLimitsIsRefused() {
        RequestRoutes.Builder many = RequestRoutes.newBuilder().addRules(RouteRule.newBuilder());
        IntStream.rangeClosed(0, RequestTable.MAX_MATCHES).forEach(_ -> many.addMatches(RouteMatch.newBuilder()));
        refused(many, "routes: matches");
        RequestRoutes.Builder rules = RequestRoutes.newBuilder();
        IntStream.rangeClosed(0, RequestTable.MAX_RULES).forEach(_ -> rules.addRules(RouteRule.newBuilder()));
        refused(rules, "routes: rules");
        RouteRule.Builder rule = RouteRule.newBuilder();
        IntStream.rangeClosed(0, dev.weft.proxy.route.RouteRule.MAX_BACKENDS).forEach(_ -> rule.addBackends(backend()));
        refused(rule, "backends");
        RequestRoutes.Builder wide = RequestRoutes.newBuilder();
        for (int i = 0; i < RequestTable.MAX_RULES; i++) {
            wide.addRules(RouteRule.newBuilder()
                    .addBackends(backend().setAddress("10.0.0." + i + ":80"))
                    .addBackends(backend().setAddress("10.0.0.1:81")));
        }
        refused(wide, "addresses of backends");
        RouteMatch.Builder match = RouteMatch.newBuilder();
        IntStream.rangeClosed(0, 16)
                .forEach(i -> match.addHeaders(FieldMatch.newBuilder().setName("x" + i)));
        refused(match, "conditions of the kind header");
        RouteChanges.Builder changes = RouteChanges.newBuilder();
        IntStream.rangeClosed(0, FieldChanges.MAX_CHANGES).forEach(i -> changes.addRequest(set("x" + i, "y")));
        refused(changes, "changes of fields");
    }

    @Test
    void aMatchThatNoRequestCanMeetIsRefused() {
        refused(RouteMatch.newBuilder().setRule(1), "match: rule");
        refused(RouteMatch.newBuilder().setRule(-1), "match: rule");
        refused(RouteMatch.newBuilder().setMethod("G T"), "match: method");
        refused(RouteMatch.newBuilder().setGrpcMethod(""), "method of gRPC");
        refused(RouteMatch.newBuilder().setGrpcMethod("a/b"), "method of gRPC");
        refused(RouteMatch.newBuilder().addHeaders(FieldMatch.newBuilder().setName("X-A")), "match: header");
        refused(RouteMatch.newBuilder().addQuery(FieldMatch.newBuilder()), "match: parameter");
        refused(
                RouteMatch.newBuilder()
                        .addQuery(FieldMatch.newBuilder().setName("q").setValue("v".repeat(4097))),
                "characters of parameter q");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/a//b", "/a/../b", "/a;b", "/a?b", "/a#b", "/a%2fb", "/a b", "/a\r\nb", "/é"})
    void aPathThatCanBeReadInTwoWaysIsRefused(String path) {
        refused(RouteMatch.newBuilder().setExactPath(path), "path");
        refused(RouteMatch.newBuilder().setPathPrefix(path), "path");
        refused(RouteChanges.newBuilder().setFullPath(path), "path");
        if (!path.isEmpty()) {
            refused(RouteChanges.newBuilder().setPrefix(path), "path");
            refused(
                    RouteRule.newBuilder()
                            .setRedirect(
                                    RouteRedirect.newBuilder().setStatus(301).setPrefix(path)),
                    "path");
        }
    }

    @Test
    void aPrefixIsChangedOnlyWhereAPrefixMatches() {
        refused(RouteChanges.newBuilder().setPrefix("/a"), "a prefix, as");
        refused(
                RouteRule.newBuilder()
                        .setRedirect(RouteRedirect.newBuilder().setStatus(301).setPrefix("/a")),
                "a prefix, as");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "transfer_encoding",
                "connection",
                "Keep-Alive",
                "te",
                "trailer",
                "upgrade",
                "expect",
                "proxy-connection",
                "http2-settings",
                "weft-client-id",
                "weft_client.id",
                "WEFT-anything"
            })
    void aFieldOfTheConnectionOrOfTheSidecarsIsNotChanged(String name) {
        for (FieldChange.Kind kind :
                new FieldChange.Kind[] {FieldChange.Kind.SET, FieldChange.Kind.ADD, FieldChange.Kind.REMOVE}) {
            refused(RouteChanges.newBuilder().addRequest(set(name, "1").setKind(kind)), "not done");
            refused(RouteChanges.newBuilder().addResponse(set(name, "1").setKind(kind)), "not done");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\u0000b", " a", "a\t", "é", "a\u007f"})
    void aValueCannotSplitAMessage(String value) {
        refused(RouteChanges.newBuilder().addRequest(set("x-a", value)), "value of the field x-a");
        refused(RouteChanges.newBuilder().addResponse(set("x-a", value)), "value of the field x-a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", ":path", "a\r\nb", "é"})
    void aNameIsAToken(String name) {
        refused(RouteChanges.newBuilder().addRequest(set(name, "1")), "name of a field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A.example", "a..b", ".a", "a.", "-a", "a-", "a:80", "a b", "a\r\nb", "a/b", "*.a", "[::1]"})
    void aHostnameIsAName(String name) {
        refused(RouteChanges.newBuilder().setHostname(name), "hostname");
        refused(
                RouteRule.newBuilder()
                        .setRedirect(RouteRedirect.newBuilder().setStatus(301).setHostname(name)),
                "hostname");
    }

    @Test
    void aBackendIsAnAddress() {
        refused(backend().setAddress("orders:80"), "address");
        refused(backend().setAddress("10.0.0.1:0"), "port");
        refused(backend().setWeight(-1), "weight");
        refused(backend().setWeight(1_000_001), "weight");
    }

    @Test
    void aRuleThatIsOddIsRefused() {
        refused(RouteRule.newBuilder().setRequestTimeoutMillis(-1), "request timeout");
        refused(RouteRule.newBuilder().setBackendTimeoutMillis(-1), "backend timeout");
        refused(RouteRule.newBuilder().setRetry(RouteRetry.newBuilder().setAttempts(11)), "retry: attempts");
        refused(RouteRule.newBuilder().setRetry(RouteRetry.newBuilder().addStatuses(399)), "retry: status");
        refused(RouteRule.newBuilder().setRetry(RouteRetry.newBuilder().addStatuses(600)), "retry: status");
        refused(RouteRule.newBuilder().setRetry(RouteRetry.newBuilder().setBackoffMillis(-1)), "retry: backoff");
        RouteRedirect.Builder redirect = RouteRedirect.newBuilder().setStatus(301);
        refused(RouteRule.newBuilder().setRedirect(redirect).addBackends(backend()), "a redirect and backends");
        refused(RouteRule.newBuilder().setRedirect(redirect.clone().setStatus(300)), "redirect: status");
        refused(RouteRule.newBuilder().setRedirect(redirect.clone().setScheme("ftp")), "redirect: scheme");
        refused(RouteRule.newBuilder().setRedirect(redirect.clone().setPort(65_536)), "redirect: port");
        refused(RouteChanges.newBuilder().addRequest(set("x", "y").setKindValue(9)), "not known");
    }

    @Test
    void whatANewerControlPlaneHasAddedIsRefused() throws InvalidProtocolBufferException {
        refused(RequestRoutes.newBuilder().mergeFrom(UNKNOWN.toByteArray()), "routes: a field");
        refused(RouteMatch.newBuilder().mergeFrom(UNKNOWN.toByteArray()), "match: a field");
        refused(RouteRule.newBuilder().mergeFrom(UNKNOWN.toByteArray()), "rule: a field");
        refused(backend().mergeFrom(UNKNOWN.toByteArray()), "backend: a field");
        refused(RouteChanges.newBuilder().mergeFrom(UNKNOWN.toByteArray()), "changes: a field");
        refused(
                RouteChanges.newBuilder().addRequest(set("a", "b").mergeFrom(UNKNOWN.toByteArray())),
                "change of a field: a field");
        refused(
                RouteRule.newBuilder().setRetry(RouteRetry.newBuilder().mergeFrom(UNKNOWN.toByteArray())),
                "retry: a field");
        refused(
                RouteRule.newBuilder().setRedirect(RouteRedirect.newBuilder().mergeFrom(UNKNOWN.toByteArray())),
                "redirect: a field");
        refused(
                RouteMatch.newBuilder().addHeaders(FieldMatch.newBuilder().mergeFrom(UNKNOWN.toByteArray())),
                "match: a field");
    }
}
