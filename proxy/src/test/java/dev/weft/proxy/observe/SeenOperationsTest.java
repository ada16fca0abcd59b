package dev.weft.proxy.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Operation;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.proxy.http.RequestRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeenOperationsTest {
    private static final int NO_GRPC = RequestRecord.NO_GRPC_STATUS;

    private SeenOperations seen = SeenOperations.NONE;

    private void request(String method, String path, int status, int grpcStatus) {
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/web", "", List.of());
        seen = seen.with(
                new RequestRecord(method, path, "api", status, grpcStatus, 0, 0, Duration.ZERO, allowed, true));
    }

    private void get(String path) {
        request("GET", path, 200, NO_GRPC);
    }

    private List<String> texts() {
        return seen.proto().stream().map(SeenOperationsTest::text).toList();
    }

    private static String text(Operation operation) {
        return operation.getMethod() + " " + operation.getPath();
    }

    @Test
    void keepsMethodAndFirstSegmentOfEachKindOnce() {
        get("/orders");
        get("/orders/1");
        get("/orders/1/lines");
        get("/ordersx");
        get("/");
        get("/");
        request("POST", "/orders", 201, NO_GRPC);
        assertThat(texts()).containsExactly("GET /orders", "GET /ordersx", "GET /", "POST /orders");
        assertThat(seen.leftOut()).isFalse();
    }

    @Test
    void theRootStandsForNoOtherPath() {
        get("/");
        get("//x");
        assertThat(texts()).as("no segment that policy can name").containsExactly("GET ");
    }

    @Test
    void keepsCallsByServiceAndMethod() {
        request("POST", "/shop.v1.Orders/Get", 200, 0);
        request("POST", "/shop.v1.Orders/Get", 200, 5);
        request("POST", "/shop.v1.Orders/List", 200, 0);
        assertThat(texts()).containsExactly(" /shop.v1.Orders/Get", " /shop.v1.Orders/List");
    }

    @ParameterizedTest
    @CsvSource({"0, -1", "404, -1", "405, -1", "501, -1", "200, 12"})
    void keepsNothingThatTheApplicationDoesNotHave(int status, int grpcStatus) {
        request("GET", "/wp-admin", status, grpcStatus);
        assertThat(texts()).isEmpty();
        assertThat(seen.leftOut()).isFalse();
    }

    @Test
    void keepsMethodsAloneBeyondItsLimitOfPaths() {
        for (int i = 0; i < SeenOperations.MAX_OPERATIONS; i++) {
            get("/" + i);
        }
        request("PUT", "/0", 200, NO_GRPC);
        assertThat(texts()).containsExactly("GET ", "PUT ");
        get("/more");
        assertThat(texts()).hasSize(2);
        assertThat(seen.leftOut()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%20b", "/a{b}", "/a\"b", "/..", "*", "", "/a;b"})
    void keepsMethodsAloneWhereASegmentIsNoName(String path) {
        get("/orders");
        get(path);
        assertThat(texts()).containsExactly("GET ");
    }

    @Test
    void aLongSegmentIsNotKept() {
        get("/" + "a".repeat(SeenOperations.MAX_PATH));
        assertThat(texts()).containsExactly("GET ");
    }

    @Test
    void saysThatSomeAreLeftOutBeyondItsLimitOfMethods() {
        for (int i = 0; i <= SeenOperations.MAX_METHODS; i++) {
            request("M" + i, "*", 200, NO_GRPC);
        }
        assertThat(texts()).hasSize(SeenOperations.MAX_METHODS);
        assertThat(seen.leftOut()).isTrue();
        get("/orders");
        assertThat(texts()).hasSize(SeenOperations.MAX_METHODS);
        assertThat(seen.leftOut()).isTrue();
    }

    @Test
    void saysThatSomeAreLeftOutWhereThePathsHadMoreMethods() {
        for (int i = 0; i < SeenOperations.MAX_METHODS + 1; i++) {
            request("M" + i, "/orders", 200, NO_GRPC);
        }
        assertThat(seen.leftOut()).isFalse();
        get("*");
        assertThat(texts()).hasSize(SeenOperations.MAX_METHODS);
        assertThat(seen.leftOut()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "G T", ""})
    void saysThatAMethodIsLeftOutThatPolicyCannotName(String method) {
        request(method, "/orders", 200, NO_GRPC);
        assertThat(texts()).isEmpty();
        assertThat(seen.leftOut()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/shop.v1.Orders", "/shop v1/Get", "/shop.v1.Orders/Get/more", "shop/Get", "*", ""})
    void saysThatACallIsLeftOutThatPolicyCannotName(String path) {
        request("POST", path, 200, 0);
        assertThat(texts()).isEmpty();
        assertThat(seen.leftOut()).isTrue();
    }

    @Test
    void saysThatCallsAreLeftOutBeyondItsLimit() {
        for (int i = 0; i <= SeenOperations.MAX_OPERATIONS; i++) {
            request("POST", "/shop.Orders/Get" + i, 200, 0);
        }
        assertThat(texts()).hasSize(SeenOperations.MAX_OPERATIONS);
        assertThat(seen.leftOut()).isTrue();
    }
}
