package sandbox

import (
	"net/http"
	"strconv"
	"strings"
)

// telegramChatFault returns why a chat is refused.
func telegramChatFault(chat string) answer {
	switch chat {
	case "":
		return badRequest("chat_id is empty")
	case "404", "-404", "@missing", "@":
		return badRequest("chat not found")
	case "403", "@blocked":
		return telegramError(http.StatusForbidden, "Forbidden: bot was blocked by the user")
	case "-403", "@kicked":
		return telegramError(http.StatusForbidden, "Forbidden: bot was kicked from the supergroup chat")
	case "@readonly":
		return badRequest("not enough rights to send text messages to the chat")
	case "-400":
		return telegramMoved(-1_000_000_000_400)
	}
	return answer{}
}

// telegramMoved is the answer to who writes to a group that has become a
// supergroup.
func telegramMoved(to int64) answer {
	return jsonAnswer(http.StatusBadRequest, "migrated", map[string]any{
		"ok": false, "error_code": 400,
		"description": "Bad Request: group chat was upgraded to a supergroup chat",
		"parameters":  map[string]any{"migrate_to_chat_id": to},
	})
}

// Migrate lets a Telegram group become a supergroup: from now on messages to
// from are refused and told the new ID, under which the chat takes them. It
// knows none of the old chat's messages.
func (s *Sandbox) Migrate(from, to int64) {
	s.accept.Lock()
	defer s.accept.Unlock()
	s.moved[from] = to
}

// resolveChat returns a chat's ID and the name under which it is shown.
func (s *Sandbox) resolveChat(chat string) (id int64, place string, fault answer) {
	chat = strings.TrimSpace(chat)
	if fault := telegramChatFault(chat); fault.status != 0 {
		return 0, "", fault
	}
	s.accept.Lock()
	defer s.accept.Unlock()
	if strings.HasPrefix(chat, "@") {
		id = chatID(chat)
		s.chats.remember(strconv.FormatInt(id, 10), chat)
		return id, chat, answer{}
	}
	id, err := strconv.ParseInt(chat, 10, 64)
	if err != nil || id == 0 {
		return 0, "", badRequest("chat not found")
	}
	if to, gone := s.moved[id]; gone {
		return 0, "", telegramMoved(to)
	}
	return id, s.chats.name(chat), answer{}
}

func (s *Sandbox) telegramChat(chat string) answer {
	id, place, fault := s.resolveChat(chat)
	if fault.status != 0 {
		return fault
	}
	return telegramOK(s.chatInfo(id, place))
}

// telegramMember tells what a bot is in a chat: an administrator of channels, and a
// member of groups.
func (s *Sandbox) telegramMember(token, chat string) answer {
	_, place, fault := s.resolveChat(chat)
	if fault.status != 0 {
		return fault
	}
	member := map[string]any{"user": telegramUser(token), "status": "member"}
	if strings.HasPrefix(place, "@") {
		member["status"], member["can_post_messages"] = "administrator", true
	}
	return telegramOK(member)
}

// chatInfo is a chat as Telegram describes it. Groups have negative IDs, and
// supergroups and channels those from -1000000000000 down.
func (s *Sandbox) chatInfo(id int64, place string) map[string]any {
	info := map[string]any{"id": id, "title": s.label(place)}
	switch {
	case strings.HasPrefix(place, "@"):
		info["type"], info["username"] = "channel", place[1:]
	case id <= -1_000_000_000_000:
		info["type"] = "supergroup"
	case id < 0:
		info["type"] = "group"
	default:
		delete(info, "title")
		info["type"], info["first_name"] = "private", s.label(place)
	}
	return info
}
