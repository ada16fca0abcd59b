package dev.weft.policy.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldRoleTest {

    @ParameterizedTest
    @CsvSource({
        "Host, HOST",
        "Content-Length, CARRYING",
        "Transfer_Encoding, CARRYING",
        "keep.alive, CARRYING",
        "TE, CARRYING",
        "weft-client-id, MESH",
        "WEFT_client.id, MESH",
        "hosts, MESSAGE",
        "x-host, MESSAGE",
        "weft, MESSAGE",
        "content-type, MESSAGE"
    })
    void anySpellingOfAnotherFieldsNameIsThatField(String name, FieldRole role) {
        assertThat(FieldRole.of(name)).isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource({
        "X_Admin, x-admin, true",
        "x.admin, x_admin, true",
        "X-Admin, x-admin, false",
        "xxadmin, x-admin, false",
        "x-admin, xxadmin, false",
        "x_admins, x-admin, false"
    })
    void namesThatDifferInPunctuationAreLookalikes(String name, String lowerCaseName, boolean expected) {
        assertThat(FieldRole.areLookalikes(name, lowerCaseName)).isEqualTo(expected);
    }
}
