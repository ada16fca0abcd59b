package dev.weft.proxy.workloadapi;

import static dev.weft.proxy.workloadapi.ApiFixture.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Value;
import dev.weft.api.spiffe.JWTSVIDRequest;
import dev.weft.api.spiffe.JWTSVIDResponse;
import dev.weft.api.spiffe.ValidateJWTSVIDRequest;
import dev.weft.api.spiffe.ValidateJWTSVIDResponse;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JWT-SVIDs by the Workload API: asked for, and validated. */
class WorkloadTokensTest {

    private static final String OWN = "spiffe://cluster.local";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    @DisplayName("WA-07 a token for the audiences asked for; no identity asked for means all")
    void wa07IssuesTokens() {
        for (String id : List.of("", FakeIdentity.ID.toString())) {
            JWTSVIDResponse response = api.stub()
                    .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                            .addAudience("db")
                            .setSpiffeId(id)
                            .build());
            assertThat(response.getSvidsList()).hasSize(1);
            assertThat(response.getSvids(0).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
            assertThat(validate("db", response.getSvids(0).getSvid()).getSpiffeId())
                    .isEqualTo(FakeIdentity.ID.toString());
        }
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("db")
                                .setSpiffeId(OWN + "/ns/shop/sa/root")
                                .build()),
                Status.Code.PERMISSION_DENIED,
                "WEFT-S012");
    }

    @Test
    @DisplayName("WA-08 a mandatory field is missing")
    void wa08RefusesRequestsThatLackSomething() {
        assertStatus(
                () -> api.stub().fetchJWTSVID(JWTSVIDRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("db")
                                .addAudience("")
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAudience("a".repeat(WorkloadApi.MAX_AUDIENCE + 1))
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(
                () -> api.stub()
                        .fetchJWTSVID(JWTSVIDRequest.newBuilder()
                                .addAllAudience(Collections.nCopies(WorkloadApi.MAX_AUDIENCES + 1, "db"))
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-S014");
        assertStatus(() -> validate("", "a.b.c"), Status.Code.INVALID_ARGUMENT, "WEFT-S014");
        assertStatus(() -> validate("db", ""), Status.Code.INVALID_ARGUMENT, "WEFT-S014");
    }

    @Test
    void validatesTokensAndSaysWhyOneIsRefused() {
        String token = api.identity.jwtSvid(List.of("db", "cache")).join().token();
        ValidateJWTSVIDResponse valid = validate("cache", token);
        assertThat(valid.getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
        assertThat(valid.getClaims().getFieldsOrThrow("aud").getListValue().getValuesList())
                .extracting(Value::getStringValue)
                .containsExactly("db", "cache");
        assertThat(valid.getClaims().getFieldsOrThrow("exp").getNumberValue()).isPositive();
        assertStatus(() -> validate("web", token), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertStatus(() -> validate("db", token + "A"), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertStatus(() -> validate("db", "a".repeat(9000)), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
    }

    @Test
    void refusesTheTokensOfAnIdentityThatWasRevokedAndTakesNewerOnes() {
        String before = api.identity.jwtSvid(List.of("db")).join().token();
        assertThat(validate("db", before).getSpiffeId()).isEqualTo(FakeIdentity.ID.toString());
        revoked(Instant.now().plusSeconds(60));
        assertStatus(() -> validate("db", before), Status.Code.INVALID_ARGUMENT, "WEFT-S015");
        assertThatThrownBy(() -> validate("db", before)).hasMessageContaining("are revoked [REVOKED_IDENTITY");

        revoked(Instant.now().minusSeconds(60));
        assertThat(validate("db", api.identity.jwtSvid(List.of("db")).join().token())
                        .getSpiffeId())
                .as("one from after the moment")
                .isEqualTo(FakeIdentity.ID.toString());
    }

    private ValidateJWTSVIDResponse validate(String audience, String token) {
        return api.stub()
                .validateJWTSVID(ValidateJWTSVIDRequest.newBuilder()
                        .setAudience(audience)
                        .setSvid(token)
                        .build());
    }

    private void revoked(Instant before) {
        api.identity.bundles = TrustBundles.of(api.identity.bundle(
                FakeIdentity.DOMAIN,
                api.identity.anchor,
                TrustBundle.State.ACTIVE,
                new Revocations(Set.of(), Set.of(), Map.of(FakeIdentity.ID, before), Set.of())));
    }
}
