"""Names that many things have: that two tasks both say them is no evidence that one needs the other."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMMON = _words(
    """
    main run test tests setup teardown init start stop open close load save read write get set put post delete list
    find create update remove insert select render handler handle handlers parse format validate build default props
    Props State state config Config Options options Error error Errors Result result App Page Layout Router router
    metadata index module exports require print printf println console logger logging assert assertEqual assertTrue
    expect describe before after beforeEach afterEach beforeAll afterAll toBe toEqual toThrow toHaveBeenCalled
    toHaveBeenCalledWith toContain toBeNull toBeInTheDocument toHaveLength mockResolvedValue mockReturnValue
    mockImplementation useState useEffect useCallback useMemo useRef useContext useRouter useReducer className onClick
    onChange onSubmit useQuery useMutation useForm useSearchParams useParams useNavigate forwardRef createContext
    PropTypes ReactNode Promise String Number Boolean Object Array Record Partial undefined isinstance super __init__
    __name__ __main__ dataclass dataclasses staticmethod classmethod property ValueError TypeError KeyError
    RuntimeError Exception NotImplementedError FileNotFoundError Optional Callable Iterable Iterator TYPE_CHECKING
    pytest fixture monkeypatch tmp_path capsys parametrize MagicMock AsyncMock patch TestCase unittest setUp tearDown
    BaseModel Field FastAPI APIRouter HTTPException Depends Session TestClient JSONResponse NextResponse NextRequest
    Request Response JavaScript TypeScript GitHub GitLab PostgreSQL MySQL SQLite MongoDB GraphQL OpenAPI NodeJS NextJS
    DevOps README CHANGELOG JSON HTML YAML TOML TODO FIXME NOTE HTTP HTTPS OAuth WebSocket localStorage sessionStorage
    addEventListener removeEventListener querySelector querySelectorAll getElementById createElement appendChild
    textContent innerHTML setTimeout clearTimeout setInterval clearInterval stringify forEach toString hasOwnProperty
    Context context Client client Server server Service service Manager manager Store store Model model Schema schema
    Component component Provider provider Button button Input input Label label Card Modal Dialog Table Header Footer
    Sidebar Navigation Dashboard Settings String String_ Vec Option Some None Ok Err HashMap Debug Clone Default
    Serialize Deserialize PathBuf println! unwrap into_iter from_str to_string as_str is_some is_none is_empty ErrorIs
    NoError Equal Errorf Sprintf Fatalf Fprintf Context Background WithTimeout testing require_once environment
    Environment Implementation implementation Database database Production production Development Integration
    integration Verification verification Documentation documentation Acceptance acceptance Description description
    Dependencies dependencies Requirements requirements Architecture Background Performance Authentication
    Authorization Configuration configuration Deployment Infrastructure Migration Validation created_at updated_at
    deleted_at user_id to_dict from_dict model_dump DateTime datetime timezone timedelta sys_path os_path DATABASE_URL
    NODE_ENV process_env API_KEY BASE_URL test_ self cls args kwargs async await
    """
)
